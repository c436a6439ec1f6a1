import CheckKitTesting
import Glibc
import MailModel

/// Plays one script to every client, on an address of 127.0.0.0/8, with a thread of its own; after the last line it stays silent and
/// waits until the client is gone.
final class LoopbackServer: Sendable {
    let port: Int
    private let listener: Int32
    private let log = Locked<(received: [String], hasClient: Bool, isClientGone: Bool)>(([], false, false))

    init(playing script: Script, at text: String = "127.0.0.1") throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr(text)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let ready = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard ready else { throw WireFailure.local("no loopback socket") }
        port = Int(UInt16(bigEndian: address.sin_port))
        let log = log
        spawn {
            while case let client = accept(listener, nil, nil), client >= 0 {
                spawn { Self.play(script, to: client, log) }
            }
            // Closed anywhere else, its number could be another's by the time this thread accepts again.
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    /// The commands that arrived, in order.
    var received: [String] { log.withLock { $0.received } }
    /// Whether a client has come.
    var hasClient: Bool { log.withLock { $0.hasClient } }
    /// Whether the last client has closed its end.
    var isClientGone: Bool { log.withLock { $0.isClientGone } }

    private static func play(
        _ script: Script, to client: Int32, _ log: Locked<(received: [String], hasClient: Bool, isClientGone: Bool)>
    ) {
        defer { close(client) }
        log.withLock { $0.hasClient = true }
        for line in script.lines {
            switch line {
            case .server(let text):
                let bytes = Array((text + "\r\n").utf8)
                // A client that is cut off may be gone before everything is said.
                guard send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
                    return log.withLock { $0.isClientGone = true }
                }
            case .client:
                guard let command = readLine(from: client) else {
                    return log.withLock { $0.isClientGone = true }
                }
                log.withLock { $0.received.append(command) }
            case .event: break
            }
        }
        while let command = readLine(from: client) { log.withLock { $0.received.append(command) } }
        log.withLock { $0.isClientGone = true }
    }

    private static func readLine(from client: Int32) -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while recv(client, &byte, 1, 0) == 1 {
            if byte == 0x0A { return String(decoding: line, as: UTF8.self) }
            if byte != 0x0D { line.append(byte) }
        }
        return nil
    }
}

private func spawn(_ body: @escaping @Sendable () -> Void) {
    final class Box {
        let body: @Sendable () -> Void; init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body))
    pthread_create(
        &thread, nil,
        { pointer in
            if let pointer { Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().body() }
            return nil
        }, box.toOpaque())
    pthread_detach(thread)
}
