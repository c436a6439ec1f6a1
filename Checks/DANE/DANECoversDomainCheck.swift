internal import CheckKit
internal import MailModel

enum DANECoversDomainFinding: String, FindingCode {
    case absent = "dane.absent"
    case partial = "dane.partial"
    case mxInsecure = "dane.mx-insecure"

    // More than information: protection that is not there is nothing to give a bonus for.
    var severity: Severity { .notice }
    var responsible: Responsible { .domainOwner }
    var remedy: String {
        switch self {
        case .absent:
            "Have the zones of the domain and of its MX hosts signed, and publish a TLSA record 3 1 1 for each host."
        case .partial: "Publish TLSA records for every MX host: a sender may end at any of them."
        case .mxInsecure:
            "Have the domain\u{2019}s own zone signed: its MX records decide where senders look for TLSA records."
        }
    }
    var arguments: [String] { self == .partial ? ["hosts", "protected"] : [] }
}

extension Check {
    /// Every way that mail to the domain can take is protected by DANE. RFC 7672, section 2.2.1.
    static let daneCoversDomain = Check.perDomain(
        "dane.covers-domain",
        title: "DANE protects the whole domain",
        why: """
            DANE protects a domain when the MX records are signed and every MX host has TLSA records. Otherwise an attacker \
            leads mail to a host that has none: by a forged MX record, or by keeping the others from answering.
            """,
        references: [.rfc(7672, section: "2.2.1"), .rfc(7672, section: "2.1.2")],
        examples: [
            .given(
                "signed MX records and TLSA records", .secureSample, .hosts(.sample(.sample(3, 1, 1))), .none,
                expect: .passed),
            .given(
                "no TLSA record", .secureSample, .hosts(.sample()), .none,
                expect: .found(.absent, "No MX host has TLSA records that count.")),
            .given(
                "TLSA records for one of two hosts", .secureSample, .hosts(.sample(.sample(3, 1, 1)), .sample()), .none,
                expect: .found(
                    .partial, "1 of 2 MX hosts has usable TLSA records; mx2.example.com has none.",
                    ["hosts": 2, "protected": 1])),
            .given(
                "MX records that are not signed", MXRecords([.sample]), .hosts(.sample(.sample(3, 1, 1))), .none,
                expect: .found(
                    .mxInsecure,
                    "The MX records are not protected by DNSSEC: an attacker can name other hosts, which have no TLSA "
                        + "records.")),
            .given(
                "a lookup that failed", .secureSample, .failing, .none,
                expect: .of(
                    [], open: [.partial],
                    because:
                        "Whether mx2.example.com has TLSA records cannot be told: the name servers answered SERVFAIL.")),
        ]
    ) {
        (
            mx: MXRecords, hosts: PerHost<TLSARecords>, matches: PerServer<TLSAMatches>
        ) -> Verdict<DANECoversDomainFinding> in
        let unreadable = matches.hostsWithUnreadableRecords
        let states = hosts.elements.map { host, records in
            (host, unreadable.contains(host) ? .bare : DANECoverage(records))
        }.filter { $0.1 != .noMailHost }
        guard !states.isEmpty else { return .notApplicable("There is no mail host.") }
        if mx.security.bogusReason != nil { return .notApplicable("The MX records do not validate.") }
        let protected = states.count { $0.1 == .protected }
        let bare = states.filter { $0.1 == .bare }.map(\.0.description)
        var issues: [Issue<DANECoversDomainFinding>] = []
        if protected > 0, !bare.isEmpty {
            let verb = protected == 1 ? "has" : "have"
            let rest = "\(bare.joined(separator: ", ")) \(bare.count == 1 ? "has" : "have") none"
            issues.append(
                Issue(
                    .partial, "\(protected) of \(states.count) MX hosts \(verb) usable TLSA records; \(rest).",
                    ["hosts": Double(states.count), "protected": Double(protected)]))
        }
        if protected > 0, mx.security != .secure {
            issues.append(
                Issue(
                    .mxInsecure,
                    "The MX records are not protected by DNSSEC: an attacker can name other hosts, which have no TLSA "
                        + "records."))
        }
        let doubts = states.compactMap { host, coverage in
            if case .unknown(let why) = coverage {
                "Whether \(host) has TLSA records cannot be told: \(why)."
            } else {
                nil
            }
        }
        if protected == 0, doubts.isEmpty { return .found(.absent, "No MX host has TLSA records that count.") }
        guard let doubt = doubts.first else { return .of(issues) }
        var open: Set<DANECoversDomainFinding> = []
        if states.count > 1 { open.insert(.partial) }
        if protected == 0 { open.insert(.absent) }
        if mx.security != .secure { open.insert(.mxInsecure) }
        return .of(issues, open: open, because: doubt)
    }
}

/// What TLSA records do for one host.
private enum DANECoverage: Hashable {
    case protected
    case bare
    case unknown(String)
    case noMailHost

    init(_ observed: Observed<TLSARecords>) {
        switch observed {
        // A bogus answer is no gap: senders wait, and dane.valid says so.
        case .present(let records):
            self = records.effective?.usable.isEmpty == false || records.bogus != nil ? .protected : .bare
        case .absent(let why):
            self = why.certainty == .notApplicable ? .noMailHost : .unknown(why.root.description)
        }
    }
}

extension PerServer<TLSAMatches> {
    /// The hosts of which no record holds the certificate or key in full that it claims to hold: good for nothing.
    fileprivate var hostsWithUnreadableRecords: Set<DomainName> {
        Set(
            elements.filter { element in
                element.observed.value?.chains.contains { $0.matches.allSatisfy { !$0.isReadable } } == true
            }.map(\.server.host))
    }

    fileprivate static let none = PerServer([Element]())
}

extension PerHost<TLSARecords> {
    /// mx1.example.com, mx2.example.com and so on; a single one is mx.example.com.
    fileprivate static func hosts(_ records: TLSARecords...) -> PerHost {
        PerHost(
            records.enumerated().map { index, records in
                (.sample(index == 0 ? "mx.example.com" : "mx\(index + 1).example.com"), .present(records))
            })
    }

    fileprivate static let failing = PerHost([
        (.sample("mx.example.com"), .present(.sample(.sample(3, 1, 1)))),
        (.sample("mx2.example.com"), .absent(.inconclusive("the name servers answered SERVFAIL"))),
    ])
}
