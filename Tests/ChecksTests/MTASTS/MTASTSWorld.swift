import CheckKit
import CheckKitTesting
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// A domain with MTA-STS, scripted from the DNS to the mail servers, on 2026-11-23.
struct MTASTSWorld {
    var record = "v=STSv1; id=1"
    /// The security status of the record, as a zone writes it.
    var status = ""
    var policy = "version: STSv1\nmode: enforce\nmx: *.example.com\nmax_age: 604800\n"
    /// A change to what the policy host answers.
    var exchange: @Sendable (inout HTTPSExchange) -> Void = { _ in }
    /// Lines of the zone beside the record, the policy host and the servers.
    var zone = ""
    /// MX hosts below `example.com`, in order of preference, each with what its server does.
    var servers: [(host: String, script: Script)] = [("mx", .startsTLS)]
    /// A change to the certificate that a host shows.
    var certificate: @Sendable (_ host: String, inout CertificateChain) -> Void = { _, _ in }
    var settings = RunSettings(patience: [], deadline: .seconds(3600))
    var publishesRecord = true

    static let checks = ["mta-sts.published", "mta-sts.enforced", "mta-sts.policy-quality"]

    func run(_ checks: [String] = Self.checks) async throws -> Collected {
        var lines = [zone, "mta-sts.example.com A 192.0.2.80"]
        if publishesRecord { lines.append("_mta-sts.example.com TXT \"\(record)\"\(status)") }
        var scripts: [MailServer: [Script]] = [:]
        for (index, server) in servers.enumerated() {
            let host = "\(server.host).example.com"
            lines.append("example.com MX \(index * 10 + 10) \(host)")
            lines.append("\(host) A 192.0.2.\(index + 1)")
            scripts[.sample(host, "192.0.2.\(index + 1)")] = [server.script]
        }
        let answer = try #require(MTASTSPolicy.answering(policy, exchange).exchange)
        return try await Collected(
            checks: checks, zone: lines.joined(separator: "\n"), servers: scripts,
            https: ScriptedHTTPS([.sample("mta-sts.example.com"): answer]), settings: settings,
            at: JudgedAt.sample().instant,
            handshake: { [certificate] offer in
                .sample(
                    .sample { chain in
                        let host = offer.serverName?.text ?? ""
                        chain.host = offer.serverName
                        chain.certificates[0].dnsNames = [host]
                        certificate(host, &chain)
                    })
            })
    }
}

extension Script {
    /// A server without STARTTLS.
    static let plaintext = Script(
        """
        S: 220 mx.example.com ESMTP
        C: EHLO …
        S: 250 mx.example.com
        """)
}
