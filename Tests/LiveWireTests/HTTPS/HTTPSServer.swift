import MailModel

@testable import LiveWire

/// A web server on loopback for one host, `mta-sts.example`: it does the handshake, reads the request and lets a closure
/// answer.
struct HTTPSServer: Sendable {
    var identity = TestIdentity.make(.init(alternativeNames: "DNS:mta-sts.example"), by: TestPKI.shared.intermediate)
    var chain = [TestPKI.shared.intermediate]
    var versions = TLSVersion.tls12 ... .tls13

    static let host = DomainName(labels: ["mta-sts", "example"].map { Array($0.utf8) })

    /// What one request led to.
    struct Outcome {
        let exchange: HTTPSExchange
        let transcript: Transcript
        let ledger: ConnectionLedger

        var texts: [String] { transcript.lines.map { "\($0.direction.rawValue) \($0.text)" } }
    }

    /// Fetches a policy from the server that answers so; `requests` gets the lines of the request.
    func fetch(
        from addresses: [IPAddress] = [.loopback], limits: HTTPSLimits = HTTPSLimits(total: .seconds(120)),
        allowed: [String] = ["127.0.0.0/8"], requests: @escaping @Sendable ([String]) -> Void = { _ in },
        answer: @escaping @Sendable (Peer) async throws -> Void
    ) async throws -> Outcome {
        let tls = ServerTLS(identity, chain: chain, versions: versions)
        return try await fetchRaw(from: addresses, limits: limits, allowed: allowed, tls: tls) { peer in
            guard try await peer.awaitTLS() else { return }
            var lines: [String] = []
            while let line = try await peer.line(), !line.isEmpty { lines.append(line) }
            requests(lines)
            try await answer(peer)
        }
    }

    /// Fetches from a server that does as the closure says from the first byte on.
    func fetchRaw(
        from addresses: [IPAddress] = [.loopback], limits: HTTPSLimits = HTTPSLimits(total: .seconds(120)),
        allowed: [String] = ["127.0.0.0/8"], tls: ServerTLS? = nil,
        _ script: @escaping @Sendable (Peer) async throws -> Void
    ) async throws -> Outcome {
        let ledger = ConnectionLedger()
        let client = try LiveHTTPSClient(
            trustStore: TestPKI.shared.trustStore, allowed: allowed.map { made(AddressBlock($0)) }, ledger: ledger)
        let transcript = Transcript()
        let exchange = try await ScriptedServer.run(implicitTLS: tls, script) { server in
            let request = HTTPSRequest(
                host: Self.host, addresses: addresses, path: "/.well-known/mta-sts.txt", port: server.port,
                limits: limits)
            return try await client.get(request, transcript: transcript)
        }
        return Outcome(exchange: exchange, transcript: transcript, ledger: ledger)
    }

    /// A response with a length.
    static func response(_ status: String, _ headers: [String] = ["Content-Type: text/plain"], body: String) -> String {
        (["HTTP/1.1 \(status)"] + headers + ["Content-Length: \(body.utf8.count)", "", body]).joined(separator: "\r\n")
    }
}
