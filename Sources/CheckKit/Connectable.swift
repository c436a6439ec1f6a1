public import MailModel

/// A place to probe at which there is a server to connect to.
public protocol Connectable: Target {
    /// The server.
    var server: MailServer { get }
}

extension ServerTarget: Connectable {}
extension AddressTarget: Connectable {}

extension Connectable {
    /// One more connection to a server that has talked to us before; tried again after each of the run's pauses while the
    /// server turns us away. When it does to the end, that is no property of the server: throws `Absence.inconclusive`.
    ///
    /// The transcript of each try is saved with the evidence under the label.
    public func furtherConnection<Result: Sendable>(
        _ label: String, _ body: @Sendable (any SMTPConnection) async throws -> Result
    ) async throws -> Result {
        var pauses = settings.patience[...]
        while true {
            do {
                return try await connection(label, body)
            } catch let failure as WireFailure {
                guard failure.mayPass, let pause = pauses.popFirst() else {
                    throw Absence.inconclusive("a further connection was not possible: \(failure)")
                }
                try await wire.smtp.rest(server, for: pause)
            }
        }
    }

    /// One connection, whatever becomes of it; its transcript is saved with the evidence under the label. Throws `WireFailure`.
    public func connection<Result: Sendable>(
        _ label: String, _ body: @Sendable (any SMTPConnection) async throws -> Result
    ) async throws -> Result {
        try await wire.smtp.withConnection(
            to: server, port: settings.port, waits: settings.waits, transcript: transcript(label), body)
    }
}

extension WireFailure {
    /// Whether another try may fare better: not where it is our own side that fails, or a refusal for good.
    fileprivate var mayPass: Bool {
        switch self {
        case .noRoute, .specialAddress, .local, .limitExceeded: false
        case .rejected(let reply): reply.isTransient || reply.turnsAway
        default: true
        }
    }
}
