internal import Glibc
internal import MailModel

/// The lines of standard input, one at a time, read on a thread of its own: whoever waits for a line may be cancelled, and keeps nobody
/// from going on with those before it.
final class StandardLines: Sendable {
    private let waiting = Locked<AsyncStream<String?>.Continuation?>(nil)
    private let requests: Int32

    /// Begins with nothing read.
    init() {
        var ends: [Int32] = [-1, -1]
        let isOpen = pipe(&ends) == 0
        requests = ends[1]
        guard isOpen else { return }
        let reading = Unmanaged.passRetained(Reading(requests: ends[0], lines: self))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Reading>.fromOpaque(argument).takeRetainedValue().go() }
                return nil
            }, reading.toOpaque())
        guard status == 0 else {
            reading.release()
            _ = close(ends[0])
            return
        }
        pthread_detach(thread)
    }

    /// The next line, without its end; nil where there is none, or where the task is cancelled.
    func next() async -> String? {
        let (stream, continuation) = AsyncStream<String?>.makeStream()
        waiting.withLock { $0 = continuation }
        var byte: UInt8 = 1
        guard write(requests, &byte, 1) == 1 else { return nil }
        for await line in stream { return line }
        return nil
    }

    fileprivate func answer(_ line: String?) {
        let continuation = waiting.withLock { $0 }
        continuation?.yield(line)
        continuation?.finish()
    }
}

/// What the reading thread needs.
private final class Reading: Sendable {
    let requests: Int32
    let lines: StandardLines

    init(requests: Int32, lines: StandardLines) {
        self.requests = requests
        self.lines = lines
    }

    func go() {
        var byte: UInt8 = 0
        while true {
            let count = read(requests, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return }
            lines.answer(readLine(strippingNewline: true))
        }
    }
}
