public import MailModel

/// Web servers that do as they are told: each host answers every request with one exchange.
///
/// A host without an exchange refuses connections.
public final class ScriptedHTTPS: HTTPSClient {
    private let exchanges: [DomainName: HTTPSExchange]
    private let seen = Locked<[HTTPSRequest]>([])

    /// Hosts with what becomes of a request to them.
    public init(_ exchanges: [DomainName: HTTPSExchange] = [:]) {
        self.exchanges = exchanges
    }

    /// Every request, in order.
    public var requests: [HTTPSRequest] { seen.withLock { $0 } }

    /// The exchange of the host.
    public func get(_ request: HTTPSRequest, transcript: Transcript) async throws -> HTTPSExchange {
        seen.withLock { $0.append(request) }
        transcript.add(.client, "GET \(request.path) HTTP/1.1", encrypted: true)
        return exchanges[request.host]
            ?? HTTPSExchange(failedAttempts: request.addresses.map { .init($0, .refused) })
    }
}
