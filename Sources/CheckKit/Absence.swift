public import MailModel

/// Why a fact is not there. The closed list that reports and profiles speak.
public indirect enum Absence: Error, Hashable, Sendable {
    /// There is nothing to observe here, for example no TLS session where STARTTLS is not offered.
    case notApplicable(String)
    /// Another fact is needed first and is absent itself; `because` is the root cause.
    case blocked(by: FactID, because: Absence)
    /// The time for it ran out: the probe's own limit or the run's deadline.
    case timedOut(String)
    /// The wire failed.
    case failed(WireFailure)
    /// Something answered, and the answer does not tell.
    case inconclusive(String)
    /// The run was cancelled.
    case cancelled
    /// No step of the plan provides it: not collected.
    case unplanned
    /// It was stored in a form that this version cannot read.
    case unreadable(String)

    /// What an absence is worth as evidence.
    public enum Certainty: String, Sendable {
        /// It says something of the other side, so that a check may make a finding of it. Only that finding counts: where
        /// none is made, what the absence blocks is as open as any other question.
        case decisive
        /// It could be there; we cannot tell.
        case inconclusive
        /// The question does not arise.
        case notApplicable
    }

    /// The absence that started it: `because`, followed to its end.
    public var root: Absence {
        if case .blocked(_, let because) = self { return because.root }
        return self
    }

    /// The one table that says which absence is evidence. What happened once may be chance, and our own side (no route,
    /// our limits, what our libraries lack, the run's deadline) never is: both leave the question open.
    public var certainty: Certainty {
        switch self {
        case .notApplicable: .notApplicable
        case .blocked(_, let because): because.certainty
        case .timedOut, .inconclusive, .cancelled, .unplanned, .unreadable: .inconclusive
        case .failed(let failure): failure.certainty
        }
    }
}

extension WireFailure {
    fileprivate var certainty: Absence.Certainty {
        switch self {
        // An answer: a reset of the connection attempt, an alert, a refusal for good; and what went so each time.
        case .refused, .unreachable, .specialAddress, .handshake(_, alert: .some), .repeated,
            .handshake(reason: Self.oversizedMessage, alert: nil):
            .decisive
        case .rejected(let reply): reply.isTransient ? .inconclusive : .decisive
        case .timedOut, .noRoute, .reset, .closedEarly, .protocolError, .limitExceeded, .outOfStep, .local,
            .handshake(_, alert: nil):
            .inconclusive
        }
    }
}

extension Absence: CustomStringConvertible {
    /// The description with a full stop, as verdicts give their reasons.
    public var sentence: String { "\(self)." }

    /// A phrase without a full stop, for the middle of a sentence.
    public var description: String {
        switch self {
        case .notApplicable(let why), .inconclusive(let why), .timedOut(let why):
            why.hasSuffix(".") ? String(why.dropLast()) : why
        case .blocked(_, let because): because.description
        case .failed(let failure): failure.description
        case .cancelled: "the run was cancelled"
        case .unplanned: "not collected"
        case .unreadable(let why): "stored in a form that cannot be read: \(why)"
        }
    }
}

extension Absence: Codable {
    private enum Key: String, CodingKey { case kind, why, by, because, failure }

    /// Reads `{"kind": "failed", "failure": …}`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func why() throws -> String { try container.decode(String.self, forKey: .why) }
        switch try container.decode(String.self, forKey: .kind) {
        case "not-applicable": self = .notApplicable(try why())
        case "blocked":
            self = .blocked(
                by: try container.decode(FactID.self, forKey: .by),
                because: try container.decode(Absence.self, forKey: .because))
        case "timed-out": self = .timedOut(try why())
        case "failed": self = .failed(try container.decode(WireFailure.self, forKey: .failure))
        case "inconclusive": self = .inconclusive(try why())
        case "cancelled": self = .cancelled
        case "unplanned": self = .unplanned
        case "unreadable": self = .unreadable(try why())
        default: throw DecodingError.dataCorruptedError(forKey: .kind, in: container, debugDescription: "not a kind")
        }
    }

    /// Writes the kind and what belongs to it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        func write(_ kind: String, why: String? = nil) throws {
            try container.encode(kind, forKey: .kind)
            try container.encodeIfPresent(why, forKey: .why)
        }
        switch self {
        case .notApplicable(let why): try write("not-applicable", why: why)
        case .blocked(let by, let because):
            try write("blocked")
            try container.encode(by, forKey: .by)
            try container.encode(because, forKey: .because)
        case .timedOut(let why): try write("timed-out", why: why)
        case .failed(let failure):
            try write("failed")
            try container.encode(failure, forKey: .failure)
        case .inconclusive(let why): try write("inconclusive", why: why)
        case .cancelled: try write("cancelled")
        case .unplanned: try write("unplanned")
        case .unreadable(let why): try write("unreadable", why: why)
        }
    }
}
