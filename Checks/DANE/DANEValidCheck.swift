internal import CheckKit
internal import FoundationEssentials
internal import MailModel
internal import Observations

enum DANEValidFinding: String, FindingCode {
    case tlsaBogus = "dane.tlsa-bogus"
    case withoutSTARTTLS = "dane.without-starttls"
    case noMatch = "dane.no-match"
    case noTrustAnchor = "dane.no-trust-anchor"
    case chainInvalid = "dane.chain-invalid"
    case nameMismatch = "dane.name-mismatch"
    case chainOutsideDates = "dane.chain-outside-dates"
    case bareTrustAnchorKey = "dane.bare-trust-anchor-key"
    case certificateExpired = "dane.certificate-expired"
    case anchorOutsideDates = "dane.anchor-outside-dates"

    var sentence: Sentence {
        switch self {
        case .tlsaBogus: "The answer for the TLSA records of \(.owner) does not validate: \(.reason)."
        case .withoutSTARTTLS:
            .by(
                .situation,
                [
                    "not-offered":
                        "The server does not offer STARTTLS, although the TLSA records of \(.owner) promise it.",
                    "refused":
                        "The server answers STARTTLS with \(.reply), although the TLSA records of \(.owner) promise it.",
                    "own-name-refused": """
                    A TLS session with the SNI \(.host), which DANE senders use, fails, although the TLSA records of \
                    \(.owner) promise TLS.
                    """,
                ],
                else: "TLS cannot be established (\(.reason)), although the TLSA records of \(.owner) promise it.")
        case .noMatch: DANEVerification.Kind.noMatch.sentence
        case .noTrustAnchor: DANEVerification.Kind.noTrustAnchor.sentence
        case .chainInvalid: DANEVerification.Kind.chainInvalid.sentence
        case .nameMismatch: DANEVerification.Kind.nameMismatch.sentence
        case .chainOutsideDates: DANEVerification.Kind.chainOutsideDates.sentence
        case .bareTrustAnchorKey: DANEVerification.Kind.bareTrustAnchorKey.sentence
        case .certificateExpired: DANEVerification.Kind.certificateExpired.sentence
        case .anchorOutsideDates: DANEVerification.Kind.anchorOutsideDates.sentence
        }
    }
    var severity: Severity {
        switch self {
        case .bareTrustAnchorKey, .anchorOutsideDates: .warning
        case .certificateExpired: .info
        default: .critical
        }
    }
    var responsible: Responsible { self == .tlsaBogus || self == .noMatch ? .domainOwner : .mailProvider }
    var paste: [PasteKind] {
        switch self {
        case .noMatch, .noTrustAnchor, .chainInvalid, .nameMismatch, .chainOutsideDates, .anchorOutsideDates:
            [.tlsaRecords]
        case .withoutSTARTTLS: [.startTLS]
        case .certificateExpired: [.certificate]
        case .tlsaBogus, .bareTrustAnchorKey: []
        }
    }
    var remedy: String {
        switch self {
        case .tlsaBogus:
            "Repair the signatures of the host\u{2019}s zone, those of its proofs that a name does not exist included (sign "
                + "it again, or update the name servers)."
        case .withoutSTARTTLS:
            "Enable STARTTLS at this server, or remove the TLSA records until it works: they promise TLS."
        case .noMatch:
            "Publish a TLSA record for the certificate in use (best 3 1 1, with the SHA-256 of its public "
                + "key), or let the server show the certificate that the records name. Before the next change, "
                + "publish the new record first, and wait for the TTL to pass."
        case .noTrustAnchor:
            "Let the server send the trust anchor\u{2019}s certificate after its own, or publish 3 1 1 with the SHA-256 of "
                + "the server\u{2019}s public key."
        case .chainInvalid:
            "Send the certificates that lead to the trust anchor, or publish 3 1 1 with the SHA-256 of the server\u{2019}s "
                + "public key."
        case .nameMismatch:
            "Get a certificate for the MX host name, or publish 3 1 1 for the one in use: usage 3 needs no name."
        case .chainOutsideDates:
            "Renew the certificate, or publish 3 1 1 for the one in use: usage 3 needs no dates."
        case .bareTrustAnchorKey:
            "Publish the digest of the trust anchor\u{2019}s certificate (2 0 1) and let the server send it: "
                + "not every sender supports a bare key."
        case .anchorOutsideDates:
            "Let the CA\u{2019}s current certificate be sent, and publish its digest beside the old one, or "
                + "publish 3 1 1: a sender may check the dates of a trust anchor although it need not."
        case .certificateExpired:
            "Renew the certificate all the same: senders without DANE may check its dates."
        }
    }
}

extension Check {
    /// A sender that does DANE authenticates this server and delivers. RFC 7672, sections 2.2 and 3.
    static let daneValid = Check.perServer(
        "dane.valid",
        title: "DANE authenticates the server",
        why: """
            Secure TLSA records promise STARTTLS and name the certificate. Senders that do DANE hold the server to it: they \
            deliver to nobody else, and to nobody at all when the server breaks the promise.
            """,
        references: [
            .rfc(7672, section: "2.2"), .rfc(7672, section: "3.1"), .rfc(7672, section: "3.2"),
            .rfc(7671, section: "9"), .rfc(6698, section: "4.1"), .rfc(5280, section: "6.1.1"),
        ],
        examples: DANEValidExamples.all
    ) {
        (
            records: TLSARecords, mx: MXRecords, ehlo: Observed<EHLOReply>, session: Observed<TLSSession>,
            matches: Observed<TLSAMatches>, judged: JudgedAt
        ) -> Verdict<DANEValidFinding> in
        if let (lookup, reason) = records.bogus {
            return .bogus([.owner: lookup.name, .reason: reason])
        }
        guard let lookup = records.effective else { return .notApplicable(records.whyNothingCounts) }
        if let why = session.absence { return .withoutTLS(lookup, ehlo, why) }
        guard !lookup.usable.isEmpty else { return .notApplicable(lookup.noneUsable) }
        switch matches {
        case .absent(let why) where why.saysHandshakeFails:
            return .withoutSTARTTLS(
                lookup, [.situation: "own-name-refused", .host: lookup.base])
        case .absent(let why): return .inconclusive("Whether the certificate matches could not be determined: \(why).")
        case .present(let matches):
            let names = records.referenceNames(mx, base: lookup.base)
            let results = matches.chains.map {
                DANEVerification(chain: $0, owner: lookup.name, names: names, instant: judged.instant).result()
            }
            return .combining(results, lookup, doubt: matches.whyIncomplete)
        }
    }
}

extension DANEValidFinding {
    /// What only the certificates of a TLS session show.
    fileprivate static let ofCertificates: Set<Self> = Set(allCases).subtracting([.tlsaBogus, .withoutSTARTTLS])
}

extension Issue<DANEValidFinding> {
    init(_ remark: DANEVerification.Remark) {
        let code: DANEValidFinding =
            switch remark.kind {
            case .noMatch: .noMatch
            case .noTrustAnchor: .noTrustAnchor
            case .chainInvalid: .chainInvalid
            case .nameMismatch: .nameMismatch
            case .chainOutsideDates: .chainOutsideDates
            case .bareTrustAnchorKey: .bareTrustAnchorKey
            case .anchorOutsideDates: .anchorOutsideDates
            case .certificateExpired: .certificateExpired
            }
        self.init(code, remark.arguments)
    }
}

extension Verdict<DANEValidFinding> {
    fileprivate static func bogus(_ arguments: Arguments) -> Verdict {
        .found(
            .tlsaBogus, arguments, hiding: Set(DANEValidFinding.allCases),
            because: "The TLSA records could not be determined.")
    }

    fileprivate static func withoutSTARTTLS(_ lookup: TLSALookup, _ arguments: Arguments) -> Verdict {
        .found(
            .withoutSTARTTLS, arguments.merging([.owner: lookup.name]), hiding: DANEValidFinding.ofCertificates,
            because: "Without TLS no certificate is seen.")
    }

    /// Every certificate of the server must do: a sender may see any of them. RFC 7671, section 8.
    fileprivate static func combining(
        _ results: [DANEVerification.Result], _ lookup: TLSALookup, doubt: String?
    ) -> Verdict {
        var refusals: [Issue<DANEValidFinding>] = []
        var remarks: [Issue<DANEValidFinding>]?
        for result in results {
            switch result {
            case .unusable: continue
            case .refused(let found): refusals += found.map(Issue.init).filter { !refusals.contains($0) }
            case .authenticated(let found):
                let known = remarks ?? []
                remarks = known + found.map(Issue.init).filter { !known.contains($0) }
            }
        }
        guard !refusals.isEmpty || remarks != nil else { return .notApplicable(lookup.noneUsable) }
        let issues = refusals.isEmpty ? remarks ?? [] : refusals
        guard let doubt else { return .of(issues) }
        return .of(issues, open: DANEValidFinding.ofCertificates, because: doubt)
    }

    /// TLSA records are a promise of STARTTLS. RFC 7672, section 2.2.3.
    fileprivate static func withoutTLS(_ lookup: TLSALookup, _ ehlo: Observed<EHLOReply>, _ why: Absence) -> Verdict {
        guard let ehlo = ehlo.value else {
            return why.certainty == .inconclusive
                ? .inconclusive("There was no conversation: \(why).")
                : .notApplicable("There was no conversation: \(why).")
        }
        if let mask = ehlo.keywords.first(where: \.isMasked) {
            return .inconclusive("The EHLO reply lists \(mask.name) where STARTTLS would be.")
        }
        switch why.root {
        case .notApplicable: return .withoutSTARTTLS(lookup, [.situation: "not-offered"])
        case .failed(.rejected(let reply)) where !reply.isTransient:
            return .withoutSTARTTLS(lookup, [.situation: "refused", .reply: reply.firstLine])
        case let root where root.certainty == .decisive:
            return .withoutSTARTTLS(lookup, [.situation: "no-tls", .reason: root.description])
        case let root: return .inconclusive("Whether TLS can be established could not be determined: \(root).")
        }
    }
}

extension Expectation<DANEValidFinding> {
    static func bogus(_ sentence: String) -> Expectation {
        .found(
            .tlsaBogus, sentence, hiding: Set(DANEValidFinding.allCases),
            because: "The TLSA records could not be determined.")
    }

    static func withoutSTARTTLS(_ sentence: String) -> Expectation {
        .found(
            .withoutSTARTTLS, sentence, hiding: DANEValidFinding.ofCertificates,
            because: "Without TLS no certificate is seen.")
    }
}

extension TLSARecords {
    /// Why no TLSA record binds senders.
    fileprivate var whyNothingCounts: String {
        if let lookup = withoutDNSSEC {
            return "The TLSA records of \(lookup.name) are not protected by DNSSEC, so senders ignore them."
        }
        if lookups.isEmpty {
            return "The host\u{2019}s addresses are not protected by DNSSEC, so senders ask for no TLSA record."
        }
        return "The host has no TLSA record."
    }
}

extension TLSAMatches {
    /// Why it cannot be told what else the server shows: one sentence, nil where it can.
    fileprivate var whyIncomplete: String? {
        otherKeyUnknown.map {
            "Whether there is another certificate, with another kind of key, could not be determined: \($0)."
        } ?? doubt
    }
}

extension TLSALookup {
    fileprivate var noneUsable: String {
        "No TLSA record of \(name) can be used: DANE senders require TLS and authenticate no server."
    }
}
