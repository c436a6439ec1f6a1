internal import Glibc
internal import MailModel

/// Ctrl-C, SIGTERM, SIGQUIT, and SIGHUP of a terminal that is gone. The first asks the run to stop and to report what it has seen; the second ends the process at once.
enum Interrupts {
    /// Calls `body` at the first signal, on a thread of its own.
    static func first(_ body: @escaping @Sendable () -> Void) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        signalPipe = ends[1]
        let waiting = Unmanaged.passRetained(Waiting(descriptor: ends[0], body: body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Waiting>.fromOpaque(argument).takeRetainedValue().wait() }
                return nil
            }, waiting.toOpaque())
        guard status == 0 else { return waiting.release() }
        pthread_detach(thread)
        for number in [SIGINT, SIGTERM, SIGQUIT, SIGHUP] where !isIgnored(number) { signal(number, receiveSignal) }
    }

    /// Whether whoever started the process wants a signal ignored, as nohup does: then it stays so.
    private static func isIgnored(_ number: Int32) -> Bool {
        var now = sigaction()
        guard sigaction(number, nil, &now) == 0 else { return false }
        return unsafeBitCast(now.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}

/// What the waiting thread needs.
private final class Waiting: Sendable {
    let descriptor: Int32
    let body: @Sendable () -> Void

    init(descriptor: Int32, body: @escaping @Sendable () -> Void) {
        self.descriptor = descriptor
        self.body = body
    }

    func wait() {
        var byte: UInt8 = 0
        while read(descriptor, &byte, 1) < 0, errno == EINTR {}
        body()
    }
}

// Written before the handlers are installed and then only by them.
nonisolated(unsafe) private var signalPipe: Int32 = -1
nonisolated(unsafe) private var signalCount = 0

/// A signal handler may call next to nothing: write and _exit are allowed (POSIX.1-2017, section 2.4.3).
private func receiveSignal(_: Int32) {
    let saved = errno
    signalCount += 1
    if signalCount > 1 { _exit(CommandStatus.interrupted.rawValue) }
    var byte: UInt8 = 1
    _ = write(signalPipe, &byte, 1)
    errno = saved
}
