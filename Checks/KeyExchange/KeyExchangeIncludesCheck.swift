internal import CheckKit
internal import MailModel
internal import Observations

enum KeyExchangeIncludesFinding: String, FindingCode {
    case noneNeeded = "key-exchange.none-needed"
    case groupMissing = "key-exchange.group-missing"

    var sentence: Sentence {
        switch self {
        case .noneNeeded: "None of these groups is accepted: \(.wanted)."
        case .groupMissing: "A required group is not accepted: \(.group)."
        }
    }
    var severity: Severity { .error }

    var remedy: String {
        "Allow the groups on the list as well (Postfix: tls_eecdh_auto_curves; Exim: tls_eccurve with OpenSSL, +GROUP-… in the "
            + "priority string of GnuTLS; OpenSMTPD: its defaults), or update the TLS library to one that has them."
    }
}

/// Which groups must be there. Names are IANA's, for example `secp256r1`.
struct KeyExchangeIncludesParameters: Parameters {
    /// RFC 8446, section 9.1.
    var anyOf = ["secp256r1", "x25519"]
    var allOf: [String] = []

    static let knobs: [Knob<KeyExchangeIncludesParameters>] = [
        .names(
            "any-of", \.anyOf, of: "IANA names of groups", in: NamedGroup.all.map(\.name),
            doc: "At least one of these must be accepted; an empty list asks for none."),
        .names(
            "all-of", \.allOf, of: "IANA names of groups", in: NamedGroup.all.map(\.name),
            doc: "Each of these must be accepted, where a version of TLS that has it is offered."),
    ]
}

extension Check {
    /// One of the groups that others count on is there. RFC 8446, section 9.1.
    static let keyExchangeIncludes = Check.perServer(
        "key-exchange.includes",
        title: "Required groups are accepted",
        why: """
            Sender and server need a group that both know. Standards name groups that everybody has, and some ask for groups \
            that their own members must use.
            """,
        references: [.rfc(8446, section: "9.1"), .rfc(8422, section: "5.1.1")],
        examples: [
            .given("one of them", .example, .grouped("secp256r1"), KeyExchangeIncludesParameters(), expect: .passed),
            .given(
                "none of them", .example, .grouped("secp521r1"), KeyExchangeIncludesParameters(),
                expect: .found(.noneNeeded, "None of these groups is accepted: secp256r1, x25519.")),
            .given(
                "one that a profile asks for is missing", .example, .grouped("secp256r1"),
                KeyExchangeIncludesParameters(allOf: ["secp384r1"]),
                expect: .found(.groupMissing, "A required group is not accepted: secp384r1.")),
            .given(
                "one of TLS 1.3 alone, which the server does not offer", .example, .grouped("secp256r1"),
                KeyExchangeIncludesParameters(allOf: ["brainpoolP256r1tls13"]), expect: .passed),
            .given(
                "the server turned us away", .example, .unfinished, KeyExchangeIncludesParameters(),
                expect: .of(
                    [], open: [.noneNeeded],
                    because: "The list of groups is incomplete: TLS 1.2: throttled (421 4.7.0).")),
            .given(
                "no STARTTLS", nil, .unfinished, KeyExchangeIncludesParameters(),
                expect: .notApplicable("This server does not offer STARTTLS.")),
        ]
    ) {
        (session: TLSSession?, suites: TLSSuites, parameters: KeyExchangeIncludesParameters)
            -> Verdict<KeyExchangeIncludesFinding> in
        guard session != nil else { return .notApplicable("This server does not offer STARTTLS.") }
        let accepted = suites.acceptedGroups
        let offered = suites.versions.filter { !$0.suites.isEmpty || $0.doubt != nil }.map(\.version)
        let missing = parameters.allOf.filter { name in
            let group = NamedGroup.all.first { $0.name == name }
            return !accepted.contains(name) && offered.contains { $0 >= .tls10 && group?.fits($0) == true }
        }
        var issues = missing.map { name in
            Issue<KeyExchangeIncludesFinding>(.groupMissing, [.group: name])
        }
        if !parameters.anyOf.isEmpty, accepted.isDisjoint(with: parameters.anyOf) {
            issues.insert(Issue(.noneNeeded, [.wanted: parameters.anyOf]), at: 0)
        }
        guard let doubt = suites.doubt else { return .of(issues) }
        // What seems to be missing may be in the part of the list that is.
        return .of([], open: Set(issues.map(\.code)), because: "The list of groups is incomplete: \(doubt).")
    }
}

extension TLSSuites {
    /// The names of all groups in which keys are exchanged, in any version: those of the list, and the finite fields that
    /// the server's own primes are.
    var acceptedGroups: Set<String> {
        var names = Set(versions.flatMap(\.groups))
        for case .finiteField(_, let digest, _) in versions.flatMap(\.primes) {
            if let group = NamedGroup.finiteFields[digest] { names.insert(NamedGroup.name(of: group)) }
        }
        return names
    }

    /// A machine for examples that accepts some groups.
    fileprivate static func grouped(_ groups: String...) -> TLSSuites {
        TLSSuites([
            TLSVersionSuites(.tls12, suites: ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"], groups: groups)
        ])
    }
}
