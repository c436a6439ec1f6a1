public import MailModel

/// Asks one server questions, several at a time as long as the server likes it.
///
/// A sign of throttling (421, 4.7.x, "too many", a connection that is refused or cut off before the question could be
/// asked, a greeting that takes more than 10 s) makes it go on one at a time. After a refusal it waits before the next try,
/// longer each time; when the waits are used up, it gives up, and what was not answered by then stays unknown.
///
/// Some servers keep a process for half a second after a handshake was broken off, and stop at 20 processes for all the
/// world (stock Exim). So no more than 12 connections are begun in a second, which three at a time hardly reach over a real network.
public actor Questioner {
    /// What one question cost and brought.
    public struct Reply: Sendable {
        /// What the server answered.
        public var answer: HelloAnswer
        /// How long its greeting took.
        public var greetingTook: Duration

        /// An answer.
        public init(_ answer: HelloAnswer, greetingTook: Duration = .zero) {
            self.answer = answer
            self.greetingTook = greetingTook
        }
    }

    /// Puts one question on a connection of its own. Throws `WireFailure`, or `CancellationError`.
    public typealias Ask = @Sendable (HelloOffer) async throws -> Reply

    /// A greeting slower than this is a hint that we are unwelcome.
    public static let slowGreeting = Duration.seconds(10)

    /// No more connections than this are begun in a second.
    public static let pace = 12

    /// Once a server has shown signs of throttling, the next connection is begun so much later than the last.
    public static let spacing = Duration.seconds(2)

    private let send: Ask
    private let sleep: @Sendable (Duration) async throws -> Void
    private let pace: Int
    private var pauses: ArraySlice<Duration>
    private var places: Int
    private var inUse = 0
    private var starts: [ContinuousClock.Instant] = []
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var wave = 0
    private var gaveUp: Obstacle?
    private var asked = 0
    private var hasSlowedDown = false
    private var heard = 0
    private var silences = 0

    /// Asks through `send`, at most `lanes` questions at a time and `pace` in a second; `pauses` are the waits after signs
    /// of throttling.
    public init(
        lanes: Int, pauses: [Duration] = [.seconds(5), .seconds(15), .seconds(30)], pace: Int = Questioner.pace,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        send: @escaping Ask
    ) {
        self.send = send
        self.sleep = sleep
        self.pace = max(1, pace)
        self.pauses = pauses[...]
        places = max(1, lanes)
    }

    /// How many connections were used.
    public var connections: Int { asked }
    /// How many hellos were answered with TLS, be it a refusal.
    public var answers: Int { heard }
    /// How many times the server hung up on a hello.
    public var hangUps: Int { silences }
    /// Whether the server showed signs of throttling.
    public var wasThrottled: Bool { hasSlowedDown }

    /// The server's answer; throws what stands in the way of one.
    public func ask(_ offer: HelloOffer) async throws(Obstacle) -> HelloAnswer {
        while true {
            await takePlace()
            defer { leavePlace() }
            try await keepPace()
            if let gaveUp { throw gaveUp }
            if Task.isCancelled { throw .cancelled }
            let wave = wave
            asked += 1
            do {
                let reply = try await send(offer)
                if reply.greetingTook > Self.slowGreeting { slowDown() }
                switch reply.answer {
                case .chosen, .alert: heard += 1
                case .hungUp: silences += 1
                case .unreadable: break
                }
                return reply.answer
            } catch let failure as WireFailure {
                guard let sign = failure.signOfThrottling else { throw Obstacle(failure) }
                slowDown()
                // Those who were turned away together wait together.
                if wave == self.wave { try await rest(because: sign) }
            } catch {
                throw .cancelled
            }
        }
    }

    /// Waits until a second has passed since the connection that was begun `pace` connections ago.
    private func keepPace() async throws(Obstacle) {
        let now = ContinuousClock.now
        var earliest = starts.count < pace ? now : max(now, starts[starts.count - pace] + .seconds(1))
        if hasSlowedDown, let last = starts.last { earliest = max(earliest, last + Self.spacing) }
        starts = starts.suffix(pace - 1) + [earliest]
        guard earliest > now else { return }
        do { try await sleep(now.duration(to: earliest)) } catch { throw .cancelled }
    }

    private func rest(because sign: String) async throws(Obstacle) {
        wave += 1
        guard let pause = pauses.popFirst() else {
            gaveUp = .throttled(sign)
            throw .throttled(sign)
        }
        do { try await sleep(pause) } catch { throw .cancelled }
    }

    private func slowDown() {
        places = 1
        hasSlowedDown = true
    }

    private func takePlace() async {
        if inUse < places, waiting.isEmpty {
            inUse += 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    private func leavePlace() {
        inUse -= 1
        while inUse < places, !waiting.isEmpty {
            inUse += 1
            waiting.removeFirst().resume()
        }
    }
}

/// What stands in the way of an answer; never a property of what was asked for.
public enum Obstacle: Error, Hashable, Sendable, Codable {
    /// The server turned us away, and our patience is used up; the text is what it said.
    case throttled(String)
    /// The server says nothing to this hello.
    case silent
    /// Something else failed; a phrase without a full stop.
    case failed(String)
    /// The server's answer makes no sense; a phrase without a full stop.
    case senseless(String)
    /// The run was cancelled or its time was up.
    case cancelled

    init(_ failure: WireFailure) {
        self = if case .timedOut(stage: "handshake") = failure { .silent } else { .failed(failure.description) }
    }
}

extension Obstacle: CustomStringConvertible {
    /// A phrase without a full stop.
    public var description: String {
        switch self {
        case .throttled(let sign): "throttled (\(sign))"
        case .silent: "no answer to the ClientHello"
        case .failed(let text), .senseless(let text): text
        case .cancelled: "the run ended first"
        }
    }
}

extension WireFailure {
    /// What shows that a server does not want so many connections; nil for any other failure.
    var signOfThrottling: String? {
        switch self {
        case .rejected(let reply):
            let words = reply.text.lowercased()
            let isSign =
                reply.isTransient || reply.enhancedStatus?.dropFirst(1).hasPrefix(".7.") ?? false
                || ["too many", "rate", "throttl", "concurren", "try again later"].contains { words.contains($0) }
            return isSign ? reply.firstLine : nil
        case .refused, .reset, .timedOut("connect"), .timedOut("greeting"), .closedEarly("connect"),
            .closedEarly("greeting"), .closedEarly("EHLO"), .closedEarly("STARTTLS"):
            return description
        default: return nil
        }
    }
}
