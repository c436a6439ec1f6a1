internal import FoundationEssentials
internal import Glibc
internal import LiveWire
internal import MailModel
internal import MailgradeKit

extension Environment {
    /// The terminal, clock, network and signals of this process.
    public static var thisMachine: Environment {
        // A report piped into a program that stops reading must not end the process without its status.
        signal(SIGPIPE, SIG_IGN)
        var machine = Environment(
            output: .descriptor(STDOUT_FILENO), errors: .descriptor(STDERR_FILENO), hostName: machineName,
            now: { Date() }, wire: { try await Wire.live($0) }, onInterrupt: { Interrupts.first($0) })
        machine.network = { request in
            let network = try Network(request)
            return { try await network.wire(for: $0.domain) }
        }
        return machine
    }

    /// What the kernel says this machine is called.
    private static var machineName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension TextOutput {
    /// A file descriptor of this process.
    static func descriptor(_ descriptor: Int32) -> TextOutput {
        let isTerminal = isatty(descriptor) == 1 && environment("TERM") != "dumb"
        // https://no-color.org: set and not empty.
        let hasColour = isTerminal && (environment("NO_COLOR") ?? "").isEmpty
        let failure = Locked<String?>(nil)
        let isUnread = Locked(false)
        var output = TextOutput(isTerminal: isTerminal, hasColour: hasColour, size: { size(of: descriptor) }) { text in
            // Behind a gap nothing makes sense any more.
            guard failure.withLock({ $0 == nil }), !isUnread.withLock({ $0 }) else { return }
            switch write(text, to: descriptor) {
            case .written: break
            case .unread: isUnread.withLock { $0 = true }
            case .failed(let why): failure.withLock { $0 = why }
            }
        }
        output.isUnread = { isUnread.withLock { $0 } }
        output.failure = { failure.withLock { $0 } }
        return output
    }

    /// How writing went.
    private enum Written {
        case written
        /// A reader that stops reading is no failure of ours.
        case unread
        case failed(String)
    }

    /// Writes text. A reader that is slow is waited for.
    private static func write(_ text: String, to descriptor: Int32) -> Written {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count < 0 else {
                rest = rest.dropFirst(count)
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&room, 1, -1)
            case EPIPE: return .unread
            default: return .failed(systemText(errno).lowercased())
            }
        }
        return .written
    }

    private static func size(of descriptor: Int32) -> (columns: Int, rows: Int) {
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
            return (Int(size.ws_col), size.ws_row > 0 ? Int(size.ws_row) : 24)
        }
        return (environment("COLUMNS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? 80, 24)
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}

/// Ends the process at once; everything that was written has been written, and threads of libraries may still be at work.
package func endProcess(_ status: CommandStatus) -> Never {
    _exit(status.rawValue)
}
