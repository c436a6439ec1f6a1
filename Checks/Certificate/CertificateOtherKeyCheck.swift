internal import CheckKit
internal import FoundationEssentials
internal import MailModel
internal import Observations

enum CertificateOtherKeyFinding: String, FindingCode {
    case refused = "certificate.other-key-refused"
    case weak = "certificate.other-key-weak"

    var sentence: Sentence {
        switch self {
        case .refused: "Senders that prefer an \(.key) key get another certificate and refuse it: \(.reason)."
        case .weak: "Senders that prefer an \(.key) key get another certificate. \(.weakness)"
        }
    }
    var severity: Severity { .error }
    var remedy: String {
        "Renew both certificates alike, or take the one that is not looked after out of the configuration (Postfix: "
            + "smtpd_tls_chain_files; Exim: the lists tls_certificate and tls_privatekey; OpenSMTPD has one pki for each name)."
    }
}

extension Check {
    /// A second certificate, with another kind of key, is as good as the first. RFC 8446, section 4.4.2.2.
    static let certificateOtherKey = Check.perServer(
        "certificate.other-key",
        title: "The second certificate (other key type) is as good as the first",
        why: """
            A server with an ECDSA and an RSA certificate shows each sender the one it prefers. When only one of them is \
            renewed, some senders fail while every test with a modern program succeeds.
            """,
        references: [.rfc(8446, section: "4.4.2.2"), .rfc(8461, section: "4.2"), .rfc(5280, section: "6.1")],
        examples: [
            .given("as good as the first", .rsa(), .sample(), KeyStrengthParameters(), expect: .passed),
            .given(
                "expired", .rsa(), .sample(days: 47), KeyStrengthParameters(),
                expect: .found(
                    .refused,
                    "Senders that prefer an RSA key get another certificate and refuse it: its certificate "
                        + "expired on 2026-12-30.")),
            .given(
                "an RSA key of 1024 bits", .rsa { $0.certificates[0].key = .init(algorithm: "RSA", bits: 1024) },
                .sample(), KeyStrengthParameters(),
                expect: .found(
                    .weak,
                    "Senders that prefer an RSA key get another certificate. The certificate has an RSA key "
                        + "of 1024 bits."
                )),
        ]
    ) {
        (other: OtherChain, judged: JudgedAt, parameters: KeyStrengthParameters) -> Verdict<CertificateOtherKeyFinding>
        in
        guard let host = other.chain.host else {
            return .inconclusive("The session does not say which host was meant.")
        }
        let start = "Senders that prefer an \(other.key) key get another certificate"
        let refusals = other.chain.problems(for: host, at: judged.instant).map { problem in
            Issue<CertificateOtherKeyFinding>(.refused, [.key: "\(other.key)", .reason: problem.description])
        }
        let weaknesses = other.chain.elements.compactMap { element in
            element.weakKey(parameters)?.message ?? element.weakSignature?.message
        }
        let unknown = other.chain.elements.lazy.flatMap(\.unknown).first?.why
        return other.chain.excusing(
            .of(
                refusals + weaknesses.map { Issue(.weak, [.key: "\(other.key)", .weakness: $0]) },
                open: unknown == nil ? [] : [.weak],
                because: "\(start). \(unknown ?? "")"))
    }
}

extension OtherChain {
    /// A second chain for examples, like the first but with an RSA key.
    fileprivate static func rsa(_ change: (inout CertificateChain) -> Void = { _ in }) -> OtherChain {
        OtherChain(
            key: .rsa,
            chain: .sample { chain in
                chain.certificates[0].key = .init(algorithm: "RSA", bits: 2048)
                change(&chain)
            })
    }
}
