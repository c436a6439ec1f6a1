internal import CheckKit
internal import FoundationEssentials
internal import MailModel
internal import Observations

// What the examples of this folder's checks are made of. The certificates are those of Checks/Certificate, seen on
// 2026-11-23.

extension MTASTSRecord {
    /// One valid record.
    static let sample = MTASTSRecord("v=STSv1; id=20260101T000000")
    /// No record.
    static let none = MTASTSRecord(TextLookup(status: .nxDomain))
}

extension DomainName {
    fileprivate static let policyHost = sample("mta-sts.example.com")
}

extension MTASTSPolicy {
    /// A policy that is served as it should be: mode enforce, for `mx.example.com`, for a week.
    static let sample = serving()

    /// A policy host that serves a policy, in which an example changes what it is about.
    static func serving(
        mode: String = "enforce", mx: [String] = ["mx.example.com"], maxAge: String = "604800", more: String = "",
        _ change: (inout HTTPSExchange) -> Void = { _ in }
    ) -> MTASTSPolicy {
        let lines = mx.map { "mx: \($0)\n" }.joined()
        return answering("version: STSv1\nmode: \(mode)\n\(lines)max_age: \(maxAge)\n\(more)", change)
    }

    /// A policy host that answers 200 with a text.
    static func answering(_ text: String, _ change: (inout HTTPSExchange) -> Void = { _ in }) -> MTASTSPolicy {
        let chain = CertificateChain.sample { $0.certificates[0].dnsNames = [DomainName.policyHost.text] }
        var exchange = HTTPSExchange(
            address: .sample("192.0.2.80"), handshake: .sample(chain),
            response: HTTPResponse(status: 200, contentType: "text/plain", body: Array(text.utf8)))
        change(&exchange)
        return .at(exchange)
    }

    /// A policy host with one address, and what became of the request.
    static func at(_ exchange: HTTPSExchange) -> MTASTSPolicy {
        MTASTSPolicy(
            .policyHost, ipv4: .present(AddressLookup([.sample("192.0.2.80")])), exchange: exchange)
    }

    /// A policy host that takes the connection and fails later.
    static func failing(_ failure: WireFailure) -> MTASTSPolicy {
        .at(HTTPSExchange(address: .sample("192.0.2.80"), failure: failure))
    }

    /// A policy host that takes no connection.
    static func unreachable(_ failure: WireFailure) -> MTASTSPolicy {
        .at(HTTPSExchange(failedAttempts: [.init(.sample("192.0.2.80"), failure)]))
    }

    /// A policy host without an address.
    static let missing = MTASTSPolicy(
        .policyHost, ipv4: .present(AddressLookup(status: .nxDomain)), ipv6: .present(AddressLookup(status: .nxDomain)))
}

extension TLSHandshake {
    /// A handshake that showed a chain.
    static func sample(_ chain: CertificateChain) -> TLSHandshake {
        TLSHandshake(
            version: .tls13, suite: "TLS_AES_256_GCM_SHA384", suiteCode: 0x1302, group: "x25519",
            peerSignature: "ECDSA with SHA256", chain: chain.certificates, path: chain.path,
            serverName: chain.host, extendedMasterSecret: true, secureRenegotiation: true)
    }
}
