internal import CheckKit
internal import MailModel
internal import Observations

enum DANECoversDomainFinding: String, FindingCode {
    case absent = "dane.absent"
    case partial = "dane.partial"
    case mxInsecure = "dane.mx-insecure"
    case broken = "dane.broken"

    var sentence: Sentence {
        switch self {
        case .absent:
            .where(
                .owner,
                is: """
                    No MX host has usable TLSA records. There \
                    \(.count, one: "is 1 TLSA record", other: "are \(.count) TLSA records") at \(.owner), where no sender looks: \
                    publish such records at each MX host.
                    """,
                otherwise: "No MX host has usable TLSA records.")
        case .partial:
            """
            \(.promising) of \(.hosts) MX hosts \(.promising, one: "has", other: "have") usable TLSA records; \
            \(.without) \(.without, one: "has", other: "have") none.
            """
        case .mxInsecure:
            "The MX records are not protected by DNSSEC: an attacker can name other hosts, which have no TLSA records."
        case .broken: "DANE does not protect mail to \(.host): \(.reason)."
        }
    }
    // More than information: protection that is not there is nothing to give a bonus for.
    var severity: Severity { .notice }
    var responsible: Responsible { .domainOwner }
    /// Without signed zones there is no DANE, and to sign them is most of the work.
    var effort: Effort { self == .absent || self == .mxInsecure ? .zone : .record }
    var paste: [PasteKind] { self == .absent || self == .partial ? [.tlsaRecords] : [] }
    var remedy: String {
        switch self {
        case .absent:
            "Publish a TLSA record 3 1 1 for each MX host. It counts only where the zones of the domain and "
                + "of the host are signed (DNSSEC): have those signed first that are not."
        case .partial: "Publish TLSA records for every MX host: a sender may deliver to any of them."
        case .mxInsecure:
            "Have the domain\u{2019}s own zone signed: its MX records decide where senders look for TLSA records."
        case .broken:
            "Repair what dane.valid reports for the host: until then DANE protects no mail there, and turns some away."
        }
    }
    var arguments: [FindingArgument] { self == .partial ? [.protected] : [] }
}

extension Check {
    /// Every way that mail to the domain can take is protected by DANE. RFC 7672, section 2.2.1.
    static let daneCoversDomain = Check.perDomain(
        "dane.covers-domain",
        title: "DANE protects every server of the domain",
        why: """
            DANE protects a domain when the MX records are signed, every MX host has TLSA records, and every server is \
            the one that they name. Otherwise an attacker diverts mail to a host that has none: by a forged MX record, \
            or by keeping the others from answering.
            """,
        references: [.rfc(7672, section: "2.2.1"), .rfc(7672, section: "2.1.2")],
        examples: DANECoversDomainExamples.all
    ) {
        (
            mx: MXRecords, hosts: PerHost<TLSARecords>, hellos: PerServer<EHLOReply>,
            sessions: PerServer<TLSSession>, matches: PerServer<TLSAMatches>, atDomain: Observed<TLSAAtDomain>,
            judged: JudgedAt
        ) -> Verdict<DANECoversDomainFinding> in
        let servers = DANEServers(mx: mx, hellos: hellos, sessions: sessions, matches: matches, instant: judged.instant)
        let states = hosts.elements.map { ($0.0, DANECoverage($0.1, servers.standings(of: $0.0, $0.1))) }
            .filter { $0.1 != .noMailHost }
        guard !states.isEmpty else { return .notApplicable("There is no mail host.") }
        if mx.security.bogusReason != nil { return .notApplicable("The MX records do not validate.") }
        let protected = states.count { $0.1 == .protected }
        let bare = states.filter { $0.1 == .bare }.map(\.0.description)
        var issues = states.compactMap { host, coverage -> Issue<DANECoversDomainFinding>? in
            guard case .broken(let why) = coverage else { return nil }
            return Issue(.broken, [.host: host, .reason: why])
        }
        let promising = protected + issues.count
        if promising > 0, !bare.isEmpty {
            issues.append(
                Issue(
                    .partial,
                    [.promising: promising, .hosts: states.count, .without: bare, .protected: protected]))
        }
        let whyUnchecked = mx.security.indeterminateReason
        if promising > 0, mx.security != .secure, whyUnchecked == nil {
            issues.append(Issue(.mxInsecure))
        }
        var doubts = states.compactMap { host, coverage in
            if case .unknown(let why) = coverage { "\(why) (\(host))." } else { nil }
        }
        if promising > 0, let whyUnchecked {
            doubts.append("Whether the MX records are protected could not be determined: \(whyUnchecked).")
        }
        if promising == 0, doubts.isEmpty {
            return .found(.absent, [.owner: atDomain.value?.name, .count: atDomain.value?.count])
        }
        guard let doubt = doubts.first else { return .of(issues) }
        var open: Set<DANECoversDomainFinding> =
            states.contains { if case .unknown = $0.1 { true } else { false } } ? [.broken] : []
        if !open.isEmpty, states.count > 1 { open.insert(.partial) }
        if promising == 0 { open.insert(.absent) }
        if mx.security != .secure { open.insert(.mxInsecure) }
        return .of(issues, open: open, because: doubt)
    }
}

/// What TLSA records do for one host.
private enum DANECoverage: Hashable {
    case protected
    case bare
    /// There are records, and senders that follow them do not get through; the phrase says why.
    case broken(String)
    case unknown(String)
    case noMailHost

    init(_ observed: Observed<TLSARecords>, _ servers: [DANEStanding]) {
        guard case .present(let records) = observed else {
            let why = observed.absence ?? .unplanned
            self =
                why.certainty == .notApplicable
                ? .noMailHost : .unknown("Whether there are TLSA records could not be determined: \(why.root)")
            return
        }
        if let (_, reason) = records.bogus {
            self = .broken("the answer for its TLSA records does not validate (\(reason))")
            return
        }
        guard records.effective?.usable.isEmpty == false else {
            self = .bare
            return
        }
        if let why = servers.lazy.compactMap(\.whyRefused).first {
            self = .broken(why)
        } else if let why = servers.lazy.compactMap(\.whyUnknown).first {
            self = .unknown("Whether DANE authenticates every server could not be determined: \(why)")
        } else {
            // Records that hold no certificate or key that can be read, although they claim to, are good for nothing.
            self = servers.contains(.unusable) ? .bare : .protected
        }
    }
}
