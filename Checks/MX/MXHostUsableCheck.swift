internal import CheckKit
internal import MailModel
internal import Observations

enum MXHostUsableFinding: String, FindingCode {
    case targetAlias = "mx.target-alias"
    case noAddress = "mx.no-address"
    case targetLiteral = "mx.target-literal"
    case specialAddress = "mx.special-address"
    case invalidHostName = "mx.invalid-host-name"
    case underscore = "mx.host-underscore"

    var sentence: Sentence {
        switch self {
        case .targetAlias: "\(.host) is an alias of \(.canonical)."
        case .noAddress:
            """
            \(.name) \(.situation, ["no-data": "has neither an A nor an AAAA record", "no-name": "does not exist"]).\
            \(optional: .intended, before: " In the zone file, the trailing dot after ", after: " seems to be missing.")
            """
        case .targetLiteral: "The MX record names the address \(.address) instead of a host."
        case .specialAddress: "\(.host) has the \(.purpose) address \(.address)."
        case .invalidHostName: "\(.host) \(.reason)."
        case .underscore:
            """
            \(.host) has an underscore, which names of hosts must not have: most senders deliver all the same, and no public CA \
            issues a certificate for it.
            """
        }
    }
    var severity: Severity {
        switch self {
        case .targetAlias: .warning
        case .underscore: .notice
        case .noAddress, .targetLiteral, .specialAddress, .invalidHostName: .error
        }
    }
    var responsible: Responsible { .domainOwner }
    var remedy: String {
        switch self {
        case .targetAlias: "Let the MX record name the host itself, the name that owns the address records."
        case .noAddress: "Publish an A or AAAA record for the host, or remove it from the MX records."
        case .targetLiteral: "Let the MX record name a host; publish the address in an A or AAAA record of that host."
        case .specialAddress: "Publish the host's public address, or remove it from the MX records."
        case .underscore: "Rename the host: a name for mail has letters, digits and hyphens."
        case .invalidHostName: "Let the MX record name a host by its full domain name of letters, digits and hyphens."
        }
    }
}

extension Check {
    /// An MX record names a host by a name that owns addresses. RFC 5321, section 5.1; RFC 2181, section 10.3.
    static let mxHostUsable = Check.perHost(
        "mx.host-usable",
        title: "The MX host has a name and addresses that senders can use",
        why: """
            A sender may pick any MX host. One that has no address, or only one that cannot be reached from the \
            Internet, delays mail; one behind an alias works with most senders and not with all.
            """,
        references: [
            .rfc(5321, section: "5.1"), .rfc(5321, section: "2.3.5"), .rfc(2181, section: "10.3"),
            .rfc(7672, section: "2.1.2"),
        ],
        examples: [
            .given("a host with an address", .sample, .contacted("192.0.2.25"), expect: .passed),
            .given(
                "a private address in a network that this run may contact", .with("10.1.2.3"), .contacted("10.1.2.3"),
                expect: .passed),
            .given(
                "an alias",
                MailHost(
                    .sample("mx.example.com"),
                    ipv4: .present(AddressLookup([.sample("192.0.2.25")], canonicalName: .sample("host.example.net")))),
                .contacted("192.0.2.25"),
                expect: .found(.targetAlias, "mx.example.com is an alias of host.example.net.")),
            .given(
                "a name without address records", MailHost(.sample("mx.example.com")), .none,
                expect: .found(.noAddress, "mx.example.com has neither an A nor an AAAA record.")),
            .given(
                "a missing dot in the zone file",
                MailHost(
                    .sample("mx.example.com.example.com"), ipv4: .present(AddressLookup(status: .nxDomain)),
                    ipv6: .present(AddressLookup(status: .nxDomain))), .none,
                expect: .found(
                    .noAddress,
                    "mx.example.com.example.com does not exist. In the zone file, the trailing dot after "
                        + "mx.example.com seems to be missing.")),
            .given(
                "an underscore in the name",
                MailHost(.sample("mx_1.example.com"), ipv4: .present(AddressLookup([.sample("192.0.2.25")]))), .none,
                expect: .of(
                    [
                        .init(
                            .underscore,
                            "mx_1.example.com has an underscore, which names of hosts must not have: most senders deliver all the "
                                + "same, and no public CA issues a certificate for it.")
                    ], open: [.specialAddress],
                    because: "192.0.2.25 is a special-purpose address and was not contacted.")),
            .given(
                "an address in place of a name", .notAsked("192.0.2.25"), .none,
                expect: .found(.targetLiteral, "The MX record names the address 192.0.2.25 instead of a host.")),
            .given(
                "a private address", .with("10.1.2.3"), .refused("10.1.2.3"),
                expect: .found(.specialAddress, "mx.example.com has the private use address 10.1.2.3.")),
            .given(
                "localhost", .notAsked("localhost"), .none,
                expect: .found(.invalidHostName, "localhost always means the local machine.")),
            .given(
                "an address lookup that does not validate, as dnssec.mx-hosts says",
                MailHost(
                    .sample("mx.example.com"),
                    ipv4: .present(AddressLookup(security: .bogus("no signature"), [.sample("192.0.2.25")]))),
                .contacted("192.0.2.25"),
                expect: .notApplicable("The addresses of mx.example.com do not validate: no signature.")),
            .given(
                "a failed lookup is not an absent record", .unanswered, .none,
                expect: .of(
                    [], open: [.noAddress, .specialAddress],
                    because:
                        "Not all addresses are known: the A lookup of mx.example.com: the name servers answered SERVFAIL."
                )),
        ]
    ) { (host: MailHost, greetings: PerServer<Greeting>) -> Verdict<MXHostUsableFinding> in
        switch host.name.mailHostFault {
        case .addressLiteral?:
            return .found(.targetLiteral, [.address: host.name])
        case let fault?: return .found(.invalidHostName, [.host: host.name, .reason: fault.description])
        case nil: break
        }
        let issues = host.issues + host.specialAddresses(greetings)
        if issues.isEmpty, let reason = host.bogusReason {
            return .notApplicable("The addresses of \(host.name) do not validate: \(reason).")
        }
        if let doubt = host.doubt(greetings) { return .of(issues, open: host.openCodes, because: doubt) }
        guard issues.isEmpty else { return .found(issues) }
        return host.found.isEmpty
            ? .notApplicable("It has no address of the families that this run uses.") : .passed
    }
}

extension MailHost {
    fileprivate var issues: [Issue<MXHostUsableFinding>] {
        var issues: [Issue<MXHostUsableFinding>] = []
        // The domain itself may be an alias: only a name in an MX record must not be one.
        if let target = aliasTarget, preference != nil {
            issues.append(Issue(.targetAlias, [.host: name, .canonical: target]))
        }
        if hasNoAddress {
            let owner = aliasTarget ?? name
            let exists = !lookups.contains { $0.status == .nxDomain }
            issues.append(
                Issue(
                    .noAddress,
                    [
                        .name: owner, .situation: exists ? "no-data" : "no-name",
                        .intended: exists ? nil : owner.withoutRepeatedEnd,
                    ]))
        }
        if name.text.contains("_"), preference != nil {
            issues.append(Issue(.underscore, [.host: name]))
        }
        return issues
    }

    fileprivate func specialAddresses(_ greetings: PerServer<Greeting>) -> [Issue<MXHostUsableFinding>] {
        refused(greetings).map { address in
            let purpose = address.specialPurpose?.name ?? "special-purpose"
            return Issue(.specialAddress, [.host: name, .purpose: purpose, .address: address])
        }
    }

    /// Was everything seen? Why not; nil when it was.
    fileprivate func doubt(_ greetings: PerServer<Greeting>) -> String? {
        if let failure = failures.first { return "Not all addresses are known: \(failure)." }
        if !leftOut.isEmpty { return "\(leftOut.count) of its \(found.count) addresses are over the limit of a run." }
        return undecided(greetings).first.map { "\($0) is a special-purpose address and was not contacted." }
    }

    /// What addresses that were not seen could bring. An alias shows in the answer for either family.
    fileprivate var openCodes: Set<MXHostUsableFinding> {
        lookups.isEmpty
            ? [.specialAddress, .noAddress, .targetAlias]
            : found.isEmpty ? [.specialAddress, .noAddress] : [.specialAddress]
    }
}

extension DomainName {
    /// `mx.example.com` of `mx.example.com.example.com`: a zone file puts the domain behind every name that does not end in a
    /// dot. Nil for a name whose end does not stand there twice.
    fileprivate var withoutRepeatedEnd: DomainName? {
        let labels = labels
        for count in stride(from: labels.count / 2, through: 2, by: -1)
        where labels.suffix(count) == labels.dropLast(count).suffix(count) {
            return DomainName(labels: labels.dropLast(count).map { Array($0.utf8) })
        }
        return nil
    }
}
