internal import CheckKit
internal import FoundationEssentials
internal import MailModel
internal import Observations

enum CertificateSteadyFinding: String, FindingCode {
    case varies = "certificate.varies"
    case differsWithoutName = "certificate.differs-without-name"
    case noneWithoutName = "certificate.none-without-name"

    var sentence: Sentence {
        switch self {
        case .varies:
            .where(
                .certificates,
                is: """
                    In \(.handshakes) handshakes with the same SNI the server shows \(.count) certificates: \
                    \(.certificates, .joined(.and)).
                    """,
                otherwise: """
                    In \(.handshakes) handshakes with the same SNI the server sends \(.count) chains for the same certificate: \
                    of \(.lengths, .joined(.and)) certificates.
                    """)
        case .differsWithoutName:
            """
            Senders that send no SNI get another certificate (\(.subject, .quoted)), and those that verify refuse it: \
            \(.reason).
            """
        case .noneWithoutName:
            "Senders that send no SNI cannot use TLS (\(.reason)): their mail comes in plaintext, or not at all."
        }
    }
    var severity: Severity { .warning }
    var remedy: String {
        switch self {
        case .varies:
            "Give all machines behind the address the same certificate, and let each of them read it again after a renewal."
        case .differsWithoutName, .noneWithoutName:
            "Let the certificate that is shown without SNI be one for the MX host (Postfix: smtpd_tls_chain_files beside "
                + "tls_server_sni_maps; Exim: tls_certificate where $tls_in_sni is empty; OpenSMTPD: pki on the listener)."
        }
    }
}

extension Check {
    /// Whoever connects gets the same certificate, whether or not they say whom they mean. RFC 6066, section 3.
    static let certificateSteady = Check.perServer(
        "certificate.steady",
        title: "Every sender gets the same certificate",
        why: """
            Two machines behind one address that were not renewed alike fail every other sender, and whoever looks once sees \
            nothing. Many senders send no name in the handshake (Postfix does not, unless it follows DANE): a server that \
            shows them another certificate may fail those that verify.
            """,
        references: [.rfc(6066, section: "3"), .rfc(8461, section: "7.1"), .rfc(7672, section: "8.1")],
        examples: [
            .given("the same with SNI and without", .seen([.sample()], without: .sample()), .sample(), expect: .passed),
            .given(
                "another certificate every second time", .seen([.sample(), .renewed]), .sample(),
                expect: .found(
                    .varies,
                    "In 3 handshakes with the same SNI the server shows 2 certificates: \u{201C}CN=mx.example.com\u{201D} "
                        + "until 2026-12-30 and \u{201C}CN=mx.example.com\u{201D} until 2027-02-28.")),
            .given(
                "a machine that sends no intermediate", .seen([.sample(), .alone]), .sample(),
                expect: .found(
                    .varies,
                    "In 3 handshakes with the same SNI the server sends 2 chains for the same certificate: of 2 and 1 "
                        + "certificates.")),
            .given(
                "a certificate of another host without SNI", .seen([.sample()], without: .elsewhere), .sample(),
                expect: .found(
                    .differsWithoutName,
                    "Senders that send no SNI get another certificate (\u{201C}CN=www.example.net\u{201D}), and those that "
                        + "verify refuse it: its certificate is not for mx.example.com, but for www.example.net.")),
            .given(
                "another certificate without SNI, as good as the first", .seen([.sample()], without: .renewed),
                .sample(),
                expect: .passed),
            .given(
                "another certificate without SNI, and too few handshakes to tell why", .doubtful, .sample(),
                expect: .of([], open: [.varies, .differsWithoutName], because: "Nobody knows.")),
            .given(
                "no handshake without SNI",
                CertificateSightings(withName: [.sample()], handshakes: 2, nameNeeded: "alert handshake_failure"),
                .sample(),
                expect: .found(
                    .noneWithoutName,
                    "Senders that send no SNI cannot use TLS (alert handshake_failure): their mail comes in plaintext, or not "
                        + "at all.")),
        ]
    ) { (sightings: CertificateSightings, judged: JudgedAt) -> Verdict<CertificateSteadyFinding> in
        if let issue = sightings.variation { return .found([issue]) }
        let needed = sightings.nameNeeded.map { Issue(CertificateSteadyFinding.noneWithoutName, [.reason: $0]) }
        if let doubt = sightings.doubt {
            return .of(needed.map { [$0] } ?? [], open: [.varies, .differsWithoutName], because: doubt)
        }
        if let needed { return .found([needed]) }
        guard let first = sightings.withName.first?.leaf, let host = sightings.withName.first?.host,
            let other = sightings.withoutName, let leaf = other.leaf, leaf != first
        else { return .passed }
        guard let problem = other.problems(for: host, at: judged.instant).first else { return .passed }
        return .found(
            .differsWithoutName, [.subject: leaf.subject.shortened, .reason: problem.description])
    }
}

extension CertificateSightings {
    /// More than one chain for the same SNI.
    fileprivate var variation: Issue<CertificateSteadyFinding>? {
        guard withName.count > 1 else { return nil }
        var leaves: [Certificate] = []
        for leaf in withName.compactMap(\.leaf) where !leaves.contains(leaf) { leaves.append(leaf) }
        if leaves.count > 1 {
            let names = leaves.prefix(3).map {
                "\u{201C}\($0.subject.shortened)\u{201D} until \($0.notAfter.dayInUTC)"
            }
            return Issue(.varies, [.handshakes: handshakes, .count: leaves.count, .certificates: names])
        }
        let lengths = withName.prefix(3).map(\.certificates.count)
        return Issue(.varies, [.handshakes: handshakes, .count: withName.count, .lengths: lengths])
    }

    fileprivate static let doubtful = CertificateSightings(
        withName: [.sample()], handshakes: 2, withoutName: .elsewhere, doubt: "Nobody knows.")

    fileprivate static func seen(_ chains: [CertificateChain], without: CertificateChain? = nil) -> CertificateSightings
    {
        CertificateSightings(withName: chains, handshakes: 3, withoutName: without)
    }
}

extension CertificateChain {
    fileprivate static let renewed = sample { $0.certificates[0].notAfter += 60 * 86_400 }
    fileprivate static let alone = sample { $0.certificates.removeLast() }
    fileprivate static let elsewhere = sample { chain in
        chain.certificates[0].subject = "CN=www.example.net"
        chain.certificates[0].dnsNames = ["www.example.net"]
    }
}
