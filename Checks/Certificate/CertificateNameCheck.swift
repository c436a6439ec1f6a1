internal import CheckKit
internal import MailModel
internal import Observations

enum CertificateNameFinding: String, FindingCode {
    case nameMismatch = "certificate.name-mismatch"
    case commonNameOnly = "certificate.common-name-only"

    var sentence: Sentence {
        switch self {
        case .nameMismatch:
            .where(
                .names, is: "The certificate is for \(.names, .upTo(3, joined: .and)), not for \(.host).",
                otherwise: "The certificate names no host, so it is not valid for \(.host).")
        case .commonNameOnly: "The certificate names \(.host) in its common name only, where senders do not look."
        }
    }
    var severity: Severity { .error }
    var effort: Effort { .certificate }
    var paste: [PasteKind] { [.certificate] }
    var remedy: String {
        switch self {
        case .nameMismatch:
            "Let the server show a certificate whose subjectAltName lists the MX host name (Postfix: smtpd_tls_chain_files, "
                + "or tls_server_sni_maps for several names; Exim: tls_certificate), or point the MX record to a name it lists."
        case .commonNameOnly:
            "Have the certificate issued again with the MX host name in its subjectAltName: senders look nowhere else."
        }
    }
}

extension Check {
    /// The certificate is for the MX host that the sender meant to reach. RFC 9525, section 6.
    static let certificateName = Check.perServer(
        "certificate.name",
        title: "The certificate names the MX host",
        why: """
            A certificate proves who holds a name. One for another name proves nothing about this server, and senders \
            that verify do not deliver. They look for the MX host name in the subjectAltName; the common name has not \
            counted for years, and the mail domain is a different name.
            """,
        references: [
            .rfc(9525, section: "6.3"), .rfc(9525, section: "6.4"), .rfc(8461, section: "4.2"),
            .rfc(5280, section: "4.2.1.6"),
        ],
        examples: [
            .given("the host is listed", .sample(), expect: .passed),
            .given("a wildcard for one label", .names("*.example.com"), expect: .passed),
            .given(
                "a wildcard for a whole top-level domain",
                .sample { chain in
                    chain.certificates[0].dnsNames = ["*.example"]
                    chain.host = .sample("mx.example")
                },
                expect: .found(.nameMismatch, "The certificate is for *.example, not for mx.example.")),
            .given(
                "another host", .names("www.example.com"),
                expect: .found(.nameMismatch, "The certificate is for www.example.com, not for mx.example.com.")),
            .given(
                "the mail domain and not the MX host", .names("example.com"),
                expect: .found(.nameMismatch, "The certificate is for example.com, not for mx.example.com.")),
            .given(
                "a wildcard does not reach over a dot",
                .sample { $0.certificates[0].dnsNames = ["*.com", "*.mx.example.com"] },
                expect: .found(
                    .nameMismatch, "The certificate is for *.com and *.mx.example.com, not for mx.example.com.")),
            .given(
                "the common name alone", .sample { $0.certificates[0].dnsNames = [] },
                expect: .found(
                    .commonNameOnly,
                    "The certificate names mx.example.com in its common name only, where senders do not look.")),
            .given(
                "no name at all",
                .sample { chain in
                    chain.certificates[0].dnsNames = []
                    chain.certificates[0].commonName = nil
                },
                expect: .found(.nameMismatch, "The certificate names no host, so it is not valid for mx.example.com.")),
            .given(
                "no certificate at all", .emptySample,
                expect: .notApplicable("The server showed no certificate.")),
        ]
    ) { (chain: CertificateChain) -> Verdict<CertificateNameFinding> in
        chain.judgingAll { chain -> Verdict<CertificateNameFinding> in
            guard let leaf = chain.leaf else { return .notApplicable("The server showed no certificate.") }
            guard let host = chain.host else { return .inconclusive("The session does not say which host was meant.") }
            if leaf.dnsNames.contains(where: { DNSIdentity($0)?.matches(host) == true }) { return .passed }
            if leaf.dnsNames.isEmpty, let name = leaf.commonName, DNSIdentity(name)?.matches(host) == true {
                return chain.excusing(.found(.commonNameOnly, [.host: host]))
            }
            return chain.excusing(.found(.nameMismatch, [.names: leaf.shownNames, .host: host]))
        }
    }
}

extension Certificate {
    /// The names it is for; the common name where there are no others; nil for none.
    fileprivate var shownNames: [String]? {
        let names = dnsNames.isEmpty ? [commonName].compactMap { $0 } : dnsNames
        return names.isEmpty ? nil : names.map(\.shortened)
    }
}

extension CertificateChain {
    /// A chain whose leaf has one name.
    fileprivate static func names(_ name: String) -> CertificateChain {
        sample { $0.certificates[0].dnsNames = [name] }
    }
}
