internal import CheckKit
internal import MailModel
internal import Observations

enum DNSSECHostsFinding: String, FindingCode {
    case insecure = "dnssec.host-insecure"
    case bogus = "dnssec.host-bogus"

    var sentence: Sentence {
        switch self {
        case .insecure: "The addresses of \(.host) are not protected by DNSSEC."
        case .bogus: "The answer for the \(.recordType) records of \(.host) does not validate: \(.reason)."
        }
    }
    var severity: Severity { self == .insecure ? .info : .critical }
    var responsible: Responsible { .domainOwner }
    var effort: Effort { .zone }
    var remedy: String {
        switch self {
        case .insecure: "Have the host\u{2019}s zone signed, or name a host in a signed zone in the MX record."
        case .bogus: "Sign the host\u{2019}s zone again, or correct the DS record at its parent."
        }
    }
}

extension Check {
    /// The addresses of an MX host are signed. RFC 4035, section 4.3; RFC 7672, section 2.1.
    static let dnssecHosts = Check.perHost(
        "dnssec.mx-hosts",
        title: "The addresses of the MX host are signed",
        why: """
            A forged address diverts mail just as a forged MX record does. DANE asks for TLSA records only below \
            signed addresses, and validating senders leave out a host whose signatures are broken.
            """,
        references: [.rfc(4035, section: "4.3"), .rfc(7672, section: "2.1.2"), .rfc(7672, section: "2.2.2")],
        examples: [
            .given("signed addresses", .looked(.secure), ValidatedDNS(), expect: .passed),
            .given(
                "an unsigned zone", .looked(.insecure), ValidatedDNS(),
                expect: .found(.insecure, "The addresses of mx.example.com are not protected by DNSSEC.")),
            .given(
                "a broken signature", .looked(.bogus("signature expired")), ValidatedDNS(),
                expect: .found(
                    .bogus, "The answer for the A records of mx.example.com does not validate: signature expired.")),
            .given(
                "an algorithm that our validator does not know and others do",
                .looked(.indeterminate("the zone is signed with Ed448 (algorithm 16)")), ValidatedDNS(),
                expect: .inconclusive(
                    "Whether the addresses of mx.example.com are validly signed could not be determined: the "
                        + "zone is signed with Ed448 (algorithm 16).")),
            .given(
                "a lookup that failed beside one that did not",
                MailHost(
                    .sample("mx.example.com"),
                    ipv4: .present(AddressLookup(security: .insecure, [.sample("192.0.2.25")])),
                    ipv6: .absent(.inconclusive("the name servers answered SERVFAIL"))), ValidatedDNS(),
                expect: .of(
                    [.init(.insecure, "The addresses of mx.example.com are not protected by DNSSEC.")], open: [.bogus],
                    because: "The AAAA lookup of mx.example.com: the name servers answered SERVFAIL.")),
            .given(
                "a failed lookup", .unanswered, ValidatedDNS(),
                expect: .inconclusive("The A lookup of mx.example.com: the name servers answered SERVFAIL.")),
        ]
    ) { (host: MailHost, _: ValidatedDNS) -> Verdict<DNSSECHostsFinding> in
        let issues = [("A", host.ipv4.value), ("AAAA", host.ipv6.value)].compactMap { type, lookup in
            lookup?.security.bogusReason.map { reason in
                Issue<DNSSECHostsFinding>(.bogus, [.recordType: type, .host: host.name, .reason: reason])
            }
        }
        if !issues.isEmpty { return .found(issues) }
        let failure = host.failures.first.map { "T\($0.dropFirst())." }
        let withAddresses = host.lookups.filter { !$0.addresses.isEmpty }
        if withAddresses.isEmpty, let failure { return .inconclusive(failure) }
        // That there is no address of the other family matters to nobody.
        let judged = withAddresses.isEmpty ? host.lookups : withAddresses
        if let why = judged.lazy.compactMap(\.security.indeterminateReason).first {
            return .inconclusive(
                "Whether the addresses of \(host.name) are validly signed could not be determined: \(why).")
        }
        let insecure: [Issue<DNSSECHostsFinding>] =
            judged.contains { $0.security == .insecure }
            ? [Issue(.insecure, [.host: host.name])] : []
        guard !judged.isEmpty else { return .notApplicable("\(host.name) is no name to look up.") }
        guard let failure else { return .of(insecure) }
        // A proof that spans the zone leaves nothing to find but that the other answer is bogus.
        return .of(insecure, open: [.insecure, .bogus], because: failure)
    }
}

extension MailHost {
    /// A host of which both lookups came back with a status.
    fileprivate static func looked(_ security: DNSSecurity) -> MailHost {
        MailHost(
            .sample("mx.example.com"), ipv4: .present(AddressLookup(security: security, [.sample("192.0.2.25")])),
            ipv6: .present(AddressLookup(security: .secure)))
    }
}
