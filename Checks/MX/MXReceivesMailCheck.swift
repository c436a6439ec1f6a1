internal import CheckKit
internal import MailModel
internal import Observations

enum MXReceivesMailFinding: String, FindingCode {
    case noSuchDomain = "mx.no-such-domain"
    case noMailHost = "mx.no-mail-host"
    case nullMX = "mx.null-mx"
    case noUsableHost = "mx.no-usable-host"

    var sentence: Sentence {
        switch self {
        case .noSuchDomain: "The domain does not exist."
        case .noMailHost: "The domain has neither an MX record nor an address."
        case .nullMX: "The domain accepts no mail (null MX)."
        case .noUsableHost:
            .where(
                .reasons, is: "No MX host can be used: \(.reasons, .upTo(3, joined: .semicolon)).",
                otherwise: "The data of every MX record is malformed.")
        }
    }
    var severity: Severity { self == .nullMX ? .info : .error }
    var responsible: Responsible { .domainOwner }
    var remedy: String {
        switch self {
        case .noSuchDomain: "Check the spelling of the domain, or register it and publish its zone."
        case .noMailHost:
            "Publish an MX record that names your mail server, or the null MX \u{201C}0 .\u{201D} if the domain is to "
                + "receive no mail."
        case .nullMX:
            "Nothing to do if the domain is to receive no mail; otherwise name your mail server in an MX record."
        case .noUsableHost: "Let at least one MX record name a host that has a public address."
        }
    }
}

extension Check {
    /// Mail to the domain has somewhere to go. RFC 5321, section 5.1; RFC 7505, section 3.
    static let mxReceivesMail = Check.perDomain(
        "mx.receives-mail",
        title: "The domain receives mail",
        why: """
            Senders look up the domain's MX records and try the hosts they name, or the domain's own addresses where there \
            are none. When none of that leads to a server, mail is returned.
            """,
        references: [.rfc(5321, section: "5.1"), .rfc(7505, section: "3"), .rfc(7672, section: "2.1.2")],
        examples: [
            .given(
                "an MX record names a host with an address", MXRecords([.sample]), MailHosts([.sample]),
                .contacted("192.0.2.25"), expect: .passed),
            .given(
                "the domain does not exist", MXRecords(status: .nxDomain), MailHosts(), .none,
                expect: .found(.noSuchDomain, "The domain does not exist.")),
            .given(
                "neither MX record nor address", MXRecords(), MailHosts(), .none,
                expect: .found(.noMailHost, "The domain has neither an MX record nor an address.")),
            .given(
                "a null MX", MXRecords([MXRecord(0, .root)]), MailHosts(), .none,
                expect: .found(.nullMX, "The domain accepts no mail (null MX).")),
            .given(
                "the only MX host has no address", MXRecords([.sample]),
                MailHosts([MailHost(.sample("mx.example.com"))]),
                .none,
                expect: .found(.noUsableHost, "No MX host can be used: mx.example.com has no address.")),
            .given(
                "the answer does not validate: dnssec.domain says so, and nothing that it names is certain",
                MXRecords(security: .bogus("signature expired"), [.sample]), MailHosts([.sample]),
                .contacted("192.0.2.25"),
                expect: .notApplicable("The answer to the MX lookup does not validate: signature expired.")),
            .given(
                "the only MX host cannot be looked up", MXRecords([.sample]), MailHosts([.unanswered]), .none,
                expect: .inconclusive(
                    "No MX host is known to be usable: the A lookup of mx.example.com: the name servers answered SERVFAIL."
                )),
        ]
    ) { (records: MXRecords, hosts: MailHosts, greetings: PerServer<Greeting>) -> Verdict<MXReceivesMailFinding> in
        if let reason = records.security.bogusReason {
            return .notApplicable("The answer to the MX lookup does not validate: \(reason).")
        }
        if records.status == .nxDomain { return .found(.noSuchDomain) }
        if records.isNullMX {
            return .found(.nullMX)
        }
        if records.isMissing, hosts.targets.isEmpty {
            return .found(.noMailHost)
        }
        return hosts.verdict(greetings)
    }
}

extension MailHosts {
    /// One usable host is enough; without one, a host of which nothing is known leaves the question open.
    fileprivate func verdict(_ greetings: PerServer<Greeting>) -> Verdict<MXReceivesMailFinding> {
        let uses = targets.map { $0.use(greetings) }
        if uses.contains(.usable) { return .passed }
        for case .unknown(let why) in uses {
            return .inconclusive("No MX host is known to be usable: \(why).")
        }
        let reasons = uses.compactMap { use in
            if case .unusable(let why) = use { why } else { nil }
        }
        return .found(.noUsableHost, [.reasons: reasons.isEmpty ? nil : reasons])
    }
}
