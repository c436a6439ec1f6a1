/// How talking to a server failed, classified where it is known: in the wire. The list is closed.
public enum WireFailure: Error, Hashable, Sendable, Codable {
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
    /// The server answered with a reply that ends the attempt: a 4yz or 5yz code.
    case rejected(SMTPReply)
    /// The TLS handshake failed; `alert` is the server's alert, if it sent one.
    case handshake(reason: String, alert: String?)
    /// We do not connect there: a special-purpose address.
    case specialAddress(String)
    /// Something on this machine: out of sockets, no permission.
    case local(String)
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
        case .rejected(let reply): "rejected: \(reply.firstLine)"
        case .handshake(let reason, let alert): "TLS handshake failed: \(alert.map { "alert \($0)" } ?? reason)"
        case .specialAddress(let purpose): "not contacted: \(purpose) address"
        case .local(let text): "local failure: \(text)"
        }
    }
}
