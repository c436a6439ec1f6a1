internal import CheckKit
internal import MailModel
internal import Observations

enum CipherIncludesFinding: String, FindingCode {
    case noneNeeded = "cipher.none-needed"

    var sentence: Sentence {
        "In \(.version) none of these suites is accepted: \(.wanted)."
    }
    var severity: Severity { .error }

    var remedy: String {
        "Allow one of the suites on the list as well (Postfix: smtpd_tls_ciphers = medium with its default "
            + "lists; Exim and OpenSMTPD: their defaults), and have a certificate with a key that fits it."
    }
}

/// Which suites must be there. Names are IANA's, for example `TLS_AES_128_GCM_SHA256`.
struct CipherIncludesParameters: Parameters {
    /// RFC 8446, section 9.1, and RFC 9325, section 4.2.1, for certificates with either kind of key.
    var anyOf = [
        "TLS_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    ]

    static let knobs: [Knob<CipherIncludesParameters>] = [
        .names(
            "any-of", \.anyOf, of: "IANA names of cipher suites", in: CipherSuite.all.map(\.name),
            doc: "In each version of TLS for which the list has suites, at least one of them must be accepted.")
    ]
}

extension Check {
    /// One of the suites that others count on is there. RFC 8446, section 9.1; RFC 9325, section 4.2.1.
    static let cipherIncludes = Check.perServer(
        "cipher.includes",
        title: "Required cipher suites are accepted",
        why: """
            Two servers that each allow only a few suites may have none in common, and then mail goes in plaintext. So \
            standards name suites that everybody has.
            """,
        references: [.rfc(8446, section: "9.1"), .rfc(9325, section: "4.2.1")],
        examples: [
            .given(
                "one of them", .example,
                .enumerated(.tls12, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA"),
                CipherIncludesParameters(), expect: .passed),
            .given(
                "none of them", .example, .enumerated(.tls12, "TLS_RSA_WITH_AES_128_CBC_SHA"),
                CipherIncludesParameters(),
                expect: .found(
                    .noneNeeded,
                    "In TLS 1.2 none of these suites is accepted: TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "
                        + "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256.")),
            .given(
                "a version that the list says nothing of", .example,
                .enumerated(.tls10, "TLS_RSA_WITH_AES_128_CBC_SHA"), CipherIncludesParameters(),
                expect: .notApplicable("The server offers no version of TLS that has such suites.")),
            .given(
                "the server turned us away", .example, .unfinished, CipherIncludesParameters(),
                expect: .inconclusive("The list of suites is incomplete: TLS 1.2: throttled (421 4.7.0).")),
            .given(
                "no STARTTLS", nil, .unfinished, CipherIncludesParameters(),
                expect: .notApplicable("This server does not offer STARTTLS.")),
        ]
    ) {
        (session: TLSSession?, suites: TLSSuites, parameters: CipherIncludesParameters) -> Verdict<
            CipherIncludesFinding
        >
        in
        guard session != nil else { return .notApplicable("This server does not offer STARTTLS.") }
        let asked = suites.versions.compactMap { found -> (found: TLSVersionSuites, wanted: [String])? in
            let wanted = parameters.anyOf.filter { CipherSuite.named($0)?.fits(found.version) == true }
            let isOffered = !found.suites.isEmpty || found.doubt != nil
            return isOffered && !wanted.isEmpty ? (found, wanted.sorted()) : nil
        }
        let lacking = asked.filter { Set($0.found.suites).isDisjoint(with: $0.wanted) }
        if !lacking.isEmpty, let doubt = suites.missing ?? lacking.lazy.compactMap(\.found.obstacle).first {
            return .inconclusive("The list of suites is incomplete: \(doubt).")
        }
        guard !asked.isEmpty else {
            return suites.missing.map { .inconclusive("The list of suites is incomplete: \($0).") }
                ?? .notApplicable("The server offers no version of TLS that has such suites.")
        }
        return .of(
            lacking.map { found, wanted in
                Issue(.noneNeeded, [.version: found.version, .wanted: wanted])
            })
    }
}

extension TLSVersionSuites {
    /// Why this list is not whole, with the version.
    fileprivate var obstacle: String? { doubt.map { "\(version): \($0)" } }
}
