public import MailModel

/// Asks one server questions, each on a connection of its own.
///
/// How many are asked at a time, how far apart, and how long to wait after a sign of throttling is up to who opens the
/// connections. A question that was turned away is asked again; when that has happened too often, or when no connection is
/// opened any more, what was not answered by then stays unknown.
///
/// The alert internal_error says that something failed inside the server, whatever was offered (RFC 8446, section 6.2), so
/// it is no refusal; but some servers refuse with it. A hello that nobody can go along with tells which: one that is
/// answered with the same alert.
public actor Questioner {
    /// Puts one question on a connection of its own. Throws `WireFailure`, `Throttled` or `CancellationError`.
    public typealias Ask = @Sendable (HelloOffer) async throws -> HelloAnswer

    private let send: Ask
    private let tries: Int
    private var wave = 0
    private var gaveUp: Obstacle?
    private var refusesWithInternalError: Bool?

    /// How many connections were used.
    public private(set) var connections = 0
    /// How many hellos were answered with TLS, be it a refusal.
    public private(set) var answers = 0
    /// The cipher suites that it has chosen so far.
    public private(set) var chosenSuites: Set<UInt16> = []
    /// How many times the server hung up on a hello.
    public private(set) var hangUps = 0
    /// How many were answered with something else than TLS.
    public private(set) var unreadables = 0
    /// How many hellos it took and never answered.
    public private(set) var silences = 0
    /// How many answers did not come, or not whole, as long as we waited.
    private var waits = 0
    /// Whether the server showed signs of throttling.
    public var wasThrottled: Bool { wave > 0 || gaveUp != nil }

    /// Asks through `send`; gives up when questions were turned away in `tries` rounds.
    public init(tries: Int = 3, send: @escaping Ask) {
        self.tries = max(1, tries)
        self.send = send
    }

    /// The server's answer; throws what stands in the way of one.
    public func ask(_ offer: HelloOffer) async throws(Obstacle) -> HelloAnswer {
        let answer = try await answer(offer)
        guard answer == .alert(.internalError) else { return answer }
        if refusesWithInternalError == nil {
            var impossible = offer
            impossible.suites = [Self.reservedSuite]
            refusesWithInternalError = try await self.answer(impossible) == answer
        }
        if refusesWithInternalError == false { throw .internalError }
        return answer
    }

    /// A number that is never given to a suite. RFC 8701, section 2.
    private static let reservedSuite: UInt16 = 0x0A0A

    private func answer(_ offer: HelloOffer) async throws(Obstacle) -> HelloAnswer {
        var mayTryAgain = true
        while true {
            if let gaveUp { throw gaveUp }
            if Task.isCancelled { throw .cancelled }
            let wave = wave
            connections += 1
            do {
                let answer = try await send(offer)
                note(answer)
                return answer
            } catch let throttled as Throttled {
                connections -= 1
                throw giveUp(throttled.sign)
            } catch let failure as WireFailure {
                if let sign = failure.signOfThrottling {
                    guard wave == self.wave else { continue }
                    // Those who were turned away together count once.
                    self.wave += 1
                    if self.wave >= tries { throw giveUp(sign) }
                } else if case .protocolError = failure, mayTryAgain {
                    mayTryAgain = false
                } else {
                    throw note(failure)
                }
            } catch {
                throw .cancelled
            }
        }
    }

    private func note(_ answer: HelloAnswer) {
        switch answer {
        case .chosen(let choice):
            answers += 1
            chosenSuites.insert(choice.suite)
        case .alert: answers += 1
        case .hungUp: hangUps += 1
        case .unreadable: unreadables += 1
        }
    }

    /// A server that keeps silent each time, or is too slow, is not asked for ever: every question costs it a connection and us the
    /// wait.
    private func note(_ failure: WireFailure) -> Obstacle {
        let obstacle = Obstacle(failure)
        guard case .timedOut = failure else { return obstacle }
        if obstacle == .silent { silences += 1 }
        waits += 1
        if waits >= Self.waitsThatAreEnough, answers == 0 { gaveUp = obstacle }
        return obstacle
    }

    private static let waitsThatAreEnough = 3

    private func giveUp(_ sign: String) -> Obstacle {
        let obstacle = gaveUp ?? .throttled(sign)
        gaveUp = obstacle
        return obstacle
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
    /// The server says that something failed inside it, which is not how it refuses.
    case internalError
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
        case .internalError: "the server answered with the alert internal_error"
        case .cancelled: "the run ended first"
        }
    }
}

extension WireFailure {
    /// What shows that a server does not want so many connections; nil for any other failure.
    var signOfThrottling: String? {
        switch self {
        case .rejected(let reply):
            return reply.isTransient || reply.turnsAway ? reply.firstLine : nil
        case .refused, .reset, .timedOut("connect"), .timedOut("greeting"), .closedEarly("connect"),
            .closedEarly("greeting"), .closedEarly("EHLO"), .closedEarly("STARTTLS"):
            return description
        default: return nil
        }
    }
}
