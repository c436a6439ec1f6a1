/// What was said on one connection, in order, as it happens. Shared between the wire, which writes, and the run, which reads.
public final class Transcript: Sendable {
    /// One line of a transcript.
    public struct Line: Hashable, Sendable, Codable {
        /// Who spoke.
        public enum Direction: String, Hashable, Sendable, Codable {
            case client = "C"
            case server = "S"
            /// Something that happened: connected, TLS established, closed.
            case event = "!"
        }

        /// Seconds since the connection was started.
        public var seconds: Double
        /// Who spoke.
        public var direction: Direction
        /// Whether it was said inside TLS.
        public var encrypted: Bool
        /// The text, without line end, control characters escaped.
        public var text: String

        /// One line.
        public init(seconds: Double, direction: Direction, encrypted: Bool = false, text: String) {
            self.seconds = seconds
            self.direction = direction
            self.encrypted = encrypted
            self.text = text
        }
    }

    /// More lines than this are dropped: a hostile server must not fill our memory.
    public static let limit = 500

    /// When its clock started.
    package let started = ContinuousClock.now
    private let storage = Locked<[Line]>([])

    /// An empty transcript whose clock starts now.
    public init() {}

    /// What was said so far.
    public var lines: [Line] { storage.withLock { $0 } }

    /// Adds a line with the time that has passed.
    public func add(_ direction: Line.Direction, _ text: String, encrypted: Bool = false) {
        let seconds = (started.duration(to: .now) / .milliseconds(1)).rounded() / 1000
        storage.withLock {
            guard $0.count < Self.limit else { return }
            $0.append(Line(seconds: seconds, direction: direction, encrypted: encrypted, text: text.escapedForTerminal))
        }
    }
}
