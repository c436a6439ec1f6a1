internal import CheckKit
internal import MailModel
internal import Observations

enum AnyServerNameFinding: String, FindingCode {
    case needsName = "tls.needs-server-name"
    case refusesUnknown = "tls.refuses-unknown-name"

    var sentence: Sentence {
        switch self {
        case .needsName: "A handshake without SNI fails: \(.reason)."
        case .refusesUnknown: "A handshake with an unknown SNI fails: \(.reason)."
        }
    }
    var severity: Severity { .error }
    var paste: [PasteKind] { [.serverName] }
    var remedy: String {
        "Set a certificate that is shown when no name fits (Postfix: smtpd_tls_chain_files beside "
            + "tls_server_sni_maps; Exim: a tls_certificate that does not fail without $tls_in_sni; OpenSMTPD: pki "
            + "on the listener), and do not refuse handshakes because of SNI."
    }
}

extension Check {
    /// A handshake succeeds whatever name the sender sends as SNI. RFC 8461, section 7.1; RFC 7672, section 8.1.
    ///
    /// RFC 9325, section 3.7 advises servers to refuse unknown names. For mail between servers the two RFCs above forbid it.
    static let tlsAnyServerName = Check.perServer(
        "tls.any-server-name",
        title: "Handshakes without SNI, or with an unknown name, succeed",
        why: """
            Many mail servers send no SNI when they deliver, and others send the name that they followed to the server. A \
            server that ends such handshakes gets that mail in plaintext, or not at all.
            """,
        references: [.rfc(8461, section: "7.1"), .rfc(7672, section: "8.1"), .rfc(9325, section: "3.7")],
        examples: [
            .given(
                "both are served",
                TLSFeatures([TLSFeatureAnswer(.noServerName, .yes), TLSFeatureAnswer(.unknownServerName, .yes)]),
                expect: .passed),
            .given(
                "without SNI the handshake fails",
                TLSFeatures([
                    TLSFeatureAnswer(.noServerName, .no, "the server hung up"),
                    TLSFeatureAnswer(.unknownServerName, .yes),
                ]), expect: .found(.needsName, "A handshake without SNI fails: the server hung up.")),
            .given(
                "an unknown name is refused",
                TLSFeatures([
                    TLSFeatureAnswer(.noServerName, .yes),
                    TLSFeatureAnswer(
                        .unknownServerName, .no, "the server answered with the alert unrecognized_name"),
                ]),
                expect: .found(
                    .refusesUnknown,
                    "A handshake with an unknown SNI fails: the server answered with the alert unrecognized_name.")),
            .given(
                "it could not be asked",
                TLSFeatures([
                    TLSFeatureAnswer(.noServerName, .yes),
                    TLSFeatureAnswer(.unknownServerName, .inconclusive, "throttled (421 4.7.0)"),
                ]),
                expect: .of(
                    [], open: [.refusesUnknown],
                    because: "Whether any SNI is served could not be determined: throttled (421 4.7.0).")),
        ]
    ) { (features: TLSFeatures) -> Verdict<AnyServerNameFinding> in
        let answers = [features[.noServerName], features[.unknownServerName]]
        let refusals: [Issue<AnyServerNameFinding>] = answers.compactMap { answer in
            guard let answer, answer.kind == .no else { return nil }
            return Issue(
                answer.name == .noServerName ? .needsName : .refusesUnknown,
                [.reason: answer.detail ?? "refused"])
        }
        let codes = zip(AnyServerNameFinding.allCases, answers)
        let open = codes.filter { $1?.kind != .yes && $1?.kind != .no }
        let why = open.lazy.compactMap { $1?.detail }.first ?? "not asked"
        return .of(
            refusals, open: Set(open.map(\.0)), because: "Whether any SNI is served could not be determined: \(why).")
    }
}
