internal import CheckKit
internal import FoundationEssentials
internal import MailModel
internal import Observations

enum CertificateChainOrderFinding: String, FindingCode {
    case disordered = "certificate.chain-disordered"
    case extra = "certificate.chain-extra"
    case rootSent = "certificate.root-sent"
    case repeated = "certificate.chain-repeated"

    var sentence: Sentence {
        switch self {
        case .disordered:
            "The certificates are not in order: the path takes the \(.positions, .joined(.and)) that are sent."
        case .extra:
            "Sent in the chain, but unrelated to the certificate: \(.subjects, .upTo(3, quoted: true))."
        case .rootSent: "The root \(.subject, .quoted) is sent as well."
        case .repeated: "Sent more than once: \(.subjects, .upTo(3, quoted: true))."
        }
    }
    var severity: Severity { self == .rootSent ? .info : .warning }
    var paste: [PasteKind] { self == .rootSent ? [] : [.certificate] }
    var remedy: String {
        switch self {
        case .disordered:
            "Put the certificates into the file in this order: the server\u{2019}s, its issuer\u{2019}s, the issuer\u{2019}s of that "
                + "(Postfix: smtpd_tls_chain_files; Exim: tls_certificate; OpenSMTPD: pki \u{2026} cert). ACME clients write it so."
        case .extra:
            "Remove the unrelated certificates from the file (Postfix: smtpd_tls_chain_files; Exim: "
                + "tls_certificate; OpenSMTPD: pki \u{2026} cert)."
        case .repeated:
            "Let each certificate be in the file once (Postfix: smtpd_tls_chain_files; Exim: tls_certificate; OpenSMTPD: pki "
                + "\u{2026} cert): the server\u{2019}s own and fullchain.pem together hold it twice."
        case .rootSent:
            "Nothing to do, unless a TLSA record names the root: otherwise it can be left out of the file, "
                + "since senders have it already."
        }
    }
}

extension Check {
    /// The chain is sent as the RFC has it: in order, and nothing else. RFC 5246, section 7.4.2.
    ///
    /// What is missing is said by `certificate.trusted`. Whatever vouches for another certificate is welcome: senders with
    /// other trust anchors may need it.
    static let certificateChainOrder = Check.perServer(
        "certificate.chain-order",
        title: "The chain is in order and complete, with nothing extra",
        why: """
            Many senders sort out what a server sends, but they need not: up to TLS 1.2 each certificate must certify the one \
            before it. Certificates of something else are sent in vain with every handshake, and are often left over from \
            a change that was not finished.
            """,
        references: [.rfc(5246, section: "7.4.2"), .rfc(8446, section: "4.4.2")],
        examples: [
            .given("the leaf, then its issuer", .sample(), expect: .passed),
            .given(
                "the issuers in the wrong order",
                .sample { chain in
                    chain.certificates.insert(chain.certificates[1], at: 1)
                    chain.certificates[1].subject = "CN=Some Root"
                    chain.path.certificates = [0, 2, 1]
                },
                expect: .found(
                    .disordered, "The certificates are not in order: the path takes the 1st, 3rd and 2nd that are sent."
                )),
            .given(
                "a stranger among them",
                .sample { chain in
                    chain.certificates.append(chain.certificates[1])
                    chain.certificates[2].subject = "CN=Old CA"
                },
                expect: .found(
                    .extra, "Sent in the chain, but unrelated to the certificate: \u{201C}CN=Old CA\u{201D}.")),
            .given(
                "the root as well",
                .sample { chain in
                    chain.certificates.append(chain.certificates[1])
                    chain.certificates[2].subject = "CN=Some Root"
                    chain.certificates[2].isSelfIssued = true
                    chain.path.certificates = [0, 1, 2]
                },
                expect: .found(.rootSent, "The root \u{201C}CN=Some Root\u{201D} is sent as well.")),
            .given(
                "the leaf twice",
                .sample { chain in
                    chain.certificates[0].der = Data([0x30, 0])
                    chain.certificates.insert(chain.certificates[0], at: 1)
                    chain.path.certificates = [0, 2]
                },
                expect: .found(.repeated, "Sent more than once: \u{201C}CN=mx.example.com\u{201D}.")),
            .given("no certificate at all", .emptySample, expect: .notApplicable("The server showed no certificate.")),
        ]
    ) { (chain: CertificateChain) -> Verdict<CertificateChainOrderFinding> in
        chain.judgingAll { chain -> Verdict<CertificateChainOrderFinding> in
            guard chain.leaf != nil else { return .notApplicable("The server showed no certificate.") }
            let order = ChainOrder(chain)
            var issues: [Issue<CertificateChainOrderFinding>] = []
            if order.isShuffled {
                let places = chain.path.certificates.prefix(10).map { ($0 + 1).ordinal }
                issues.append(Issue(.disordered, [.positions: places]))
            }
            if !order.extra.isEmpty {
                issues.append(Issue(.extra, [.subjects: order.extra.map(\.subject.shortened)]))
            }
            if !order.repeated.isEmpty {
                issues.append(Issue(.repeated, [.subjects: order.repeated.map(\.subject.shortened)]))
            }
            if let root = order.root {
                issues.append(Issue(.rootSent, [.subject: root.subject.shortened]))
            }
            return .of(issues)
        }
    }
}

extension Int {
    /// 1st, 2nd, 3rd, 4th: a chain has no more than twenty.
    fileprivate var ordinal: String {
        switch self {
        case 1: "1st"
        case 2: "2nd"
        case 3: "3rd"
        default: "\(self)th"
        }
    }
}
