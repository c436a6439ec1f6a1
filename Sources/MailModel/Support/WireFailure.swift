/// How talking to a server failed, classified where it is known: in the wire. The list is closed.
public indirect enum WireFailure: Error, Hashable, Sendable {
    /// Nothing answered within the wait of this stage, for example `connect` or `greeting`.
    case timedOut(stage: String)
    /// The address answered a connection attempt with a reset.
    case refused
    /// The network reports that the address cannot be reached.
    case unreachable
    /// This machine has no route for the address family: our own side, never the server's fault.
    case noRoute
    /// The connection was reset while in use.
    case reset
    /// The server closed the connection at this stage before it had answered.
    case closedEarly(stage: String)
    /// The server broke the grammar of the protocol; the text says how.
    case protocolError(String)
    /// More lines or bytes than a reply may have.
    case limitExceeded(String)
    /// Octets came that no command asked for: from here on, replies and commands no longer belong together. RFC 5321,
    /// section 4.2.
    case outOfStep(String)
    /// The same failure at the same stage on so many connections in a row, and on none it went otherwise: what once may be
    /// chance is how the server behaves.
    case repeated(WireFailure, times: Int)
    /// The server answered with a reply that ends the attempt: a 4yz or 5yz code.
    case rejected(SMTPReply)
    /// The TLS handshake failed; `alert` is the server's alert, if it sent one.
    case handshake(reason: String, alert: String?)
    /// We do not connect there: a special-purpose address.
    case specialAddress(String)
    /// Something on this machine: out of sockets, no permission.
    case local(String)
}

extension WireFailure {
    /// The reason of a handshake that ended at a message larger than OpenSSL takes, with the limits that senders leave as they are. It is
    /// no limit of ours. Evidence that was saved has these words: with others, it would be judged otherwise.
    package static let oversizedMessage =
        "a message of the handshake is larger than senders take (OpenSSL: 100 KB of certificates)"
}

extension WireFailure: CustomStringConvertible {
    /// A phrase without a full stop, for use inside a sentence.
    public var description: String {
        switch self {
        case .timedOut(let stage): "no answer in time (\(stage))"
        case .refused: "connection refused"
        case .unreachable: "address unreachable"
        case .noRoute: "no route from here"
        case .reset: "connection reset"
        case .closedEarly(let stage): "connection closed by the server (\(stage))"
        case .protocolError(let text): "protocol error: \(text)"
        case .limitExceeded(let text): "reply over the limit: \(text)"
        case .outOfStep(let text): "replies and commands are out of step: \(text)"
        case .repeated(let failure, let times): "\(failure), in \(times) of \(times) attempts"
        case .rejected(let reply): "rejected: \(reply.firstLine)"
        case .handshake(let reason, let alert): "TLS handshake failed: \(alert.map { "alert \($0)" } ?? reason)"
        case .specialAddress(let purpose): "not contacted: \(purpose) address"
        case .local(let text): "local failure: \(text)"
        }
    }
}

extension WireFailure: Codable {
    private enum Key: String, CodingKey { case kind, detail, reply, alert, failure, times }

    /// Reads `{"kind": "timed-out", "detail": "greeting"}`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func detail() throws -> String { try container.decode(String.self, forKey: .detail) }
        switch try container.decode(String.self, forKey: .kind) {
        case "timed-out": self = .timedOut(stage: try detail())
        case "refused": self = .refused
        case "unreachable": self = .unreachable
        case "no-route": self = .noRoute
        case "reset": self = .reset
        case "closed-early": self = .closedEarly(stage: try detail())
        case "protocol-error": self = .protocolError(try detail())
        case "limit-exceeded": self = .limitExceeded(try detail())
        case "out-of-step": self = .outOfStep(try detail())
        case "repeated":
            self = .repeated(
                try container.decode(WireFailure.self, forKey: .failure),
                times: try container.decode(Int.self, forKey: .times))
        case "rejected": self = .rejected(try container.decode(SMTPReply.self, forKey: .reply))
        case "handshake":
            self = .handshake(reason: try detail(), alert: try container.decodeIfPresent(String.self, forKey: .alert))
        case "special-address": self = .specialAddress(try detail())
        case "local": self = .local(try detail())
        default: throw DecodingError.dataCorruptedError(forKey: .kind, in: container, debugDescription: "not a kind")
        }
    }

    /// Writes the kind and what belongs to it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        func write(_ kind: String, _ detail: String? = nil) throws {
            try container.encode(kind, forKey: .kind)
            try container.encodeIfPresent(detail, forKey: .detail)
        }
        switch self {
        case .timedOut(let stage): try write("timed-out", stage)
        case .refused: try write("refused")
        case .unreachable: try write("unreachable")
        case .noRoute: try write("no-route")
        case .reset: try write("reset")
        case .closedEarly(let stage): try write("closed-early", stage)
        case .protocolError(let text): try write("protocol-error", text)
        case .limitExceeded(let text): try write("limit-exceeded", text)
        case .outOfStep(let text): try write("out-of-step", text)
        case .repeated(let failure, let times):
            try write("repeated")
            try container.encode(failure, forKey: .failure)
            try container.encode(times, forKey: .times)
        case .rejected(let reply):
            try write("rejected")
            try container.encode(reply, forKey: .reply)
        case .handshake(let reason, let alert):
            try write("handshake", reason)
            try container.encodeIfPresent(alert, forKey: .alert)
        case .specialAddress(let purpose): try write("special-address", purpose)
        case .local(let text): try write("local", text)
        }
    }
}
