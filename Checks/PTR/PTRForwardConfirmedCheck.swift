internal import CheckKit
internal import MailModel
internal import Observations

enum PTRForwardConfirmedFinding: String, FindingCode {
    case missing = "ptr.missing"
    case unconfirmed = "ptr.unconfirmed"
    case alias = "ptr.alias"

    var severity: Severity { self == .alias ? .notice : .error }
    var remedy: String {
        switch self {
        case .missing: "Have whoever gave you the address publish a PTR record that names the server."
        case .unconfirmed:
            "Publish an A or AAAA record that leads from the name back to the address, or have the PTR record name a host "
                + "that does."
        case .alias: "Have the PTR record name the host itself, the name that owns the address records."
        }
    }
}

extension Check {
    /// The address has a name that leads back to it. RFC 8601, section 3; RFC 1912, section 2.1.
    static let ptrForwardConfirmed = Check.perAddress(
        "ptr.forward-confirmed",
        title: "The address has forward-confirmed reverse DNS",
        why: """
            Many receivers refuse mail from an address without a confirmed name. A server in the MX records receives, but \
            most of them send as well: seen from outside this is the best hint. The name need not be that of the MX record.
            """,
        references: [.rfc(8601, section: "3"), .rfc(1912, section: "2.1")],
        examples: [
            .given("the name resolves back", .names(["mx.example.com": ["192.0.2.25"]]), expect: .passed),
            .given(
                "one of two names resolves back",
                .names(["mx.example.com": ["192.0.2.25"], "www.example.com": ["192.0.2.80"]]), expect: .passed),
            .given("no PTR record", .names([:]), expect: .found(.missing, "192.0.2.25 has no PTR record.")),
            .given(
                "the name resolves elsewhere", .names(["mx.example.com": ["192.0.2.26"]]),
                expect: .found(
                    .unconfirmed, "192.0.2.25 has the name mx.example.com, which does not resolve back to it.")),
            .given(
                "the name is an alias", .alias,
                expect: .found(
                    .alias, "The name mx.example.com of 192.0.2.25 is an alias of host.example.net.")),
            .given(
                "the name cannot be looked up",
                PTRNames(
                    .sample("192.0.2.25"),
                    [PTRName(.sample("mx.example.com"), .absent(.inconclusive("the lookup got no answer in time")))]),
                expect: .of(
                    [], open: [.unconfirmed, .alias],
                    because: "The addresses of mx.example.com are not known: the lookup got no answer in time.")),
            .given(
                "the reverse zone does not validate",
                PTRNames(.sample("192.0.2.25"), security: .bogus("signature expired")),
                expect: .inconclusive("The PTR answer for 192.0.2.25 does not validate: signature expired.")),
        ]
    ) { (ptr: PTRNames) -> Verdict<PTRForwardConfirmedFinding> in
        if let reason = ptr.security.bogusReason {
            return .inconclusive("The PTR answer for \(ptr.address) does not validate: \(reason).")
        }
        if ptr.names.isEmpty { return .found(.missing, "\(ptr.address) has no PTR record.") }
        let doubt = ptr.names.lazy.compactMap(\.doubt).first
        guard ptr.confirmed.isEmpty else {
            return .of(ptr.aliases, open: doubt == nil ? [] : [.alias], because: doubt ?? "")
        }
        if let doubt { return .of(ptr.aliases, open: [.unconfirmed, .alias], because: doubt) }
        return .found([Issue(.unconfirmed, ptr.unconfirmedMessage)] + ptr.aliases)
    }
}

extension PTRNames {
    fileprivate var aliases: [Issue<PTRForwardConfirmedFinding>] {
        names.compactMap { name in
            name.lookup.value?.canonicalName.map {
                Issue(.alias, "The name \(name.name) of \(address) is an alias of \($0).")
            }
        }
    }

    fileprivate var unconfirmedMessage: String {
        if let only = names.first, names.count + leftOut == 1 {
            return "\(address) has the name \(only.name), which does not resolve back to it."
        }
        let which = leftOut == 0 ? "\(names.count)" : "first \(names.count) of \(names.count + leftOut)"
        let shown = names.prefix(3).map(\.name.description).joined(separator: ", ")
        let more = names.count > 3 ? " and others" : ""
        return "None of the \(which) names of \(address) resolves back to it: \(shown)\(more)."
    }
}

extension PTRName {
    /// Why it is not known where the name leads; nil when it is.
    fileprivate var doubt: String? {
        switch lookup {
        case .absent(let why): "The addresses of \(name) are not known: \(why)."
        case .present(let lookup):
            lookup.security.bogusReason.map { "The addresses of \(name) do not validate: \($0)." }
        }
    }
}

extension PTRNames {
    /// 192.0.2.25 with names and their addresses, for examples.
    fileprivate static func names(_ names: KeyValuePairs<String, [String]>) -> PTRNames {
        PTRNames(
            .sample("192.0.2.25"),
            names.map { name, addresses in
                PTRName(.sample(name), .present(AddressLookup(addresses.map { .sample($0) })))
            })
    }

    /// 192.0.2.25 with a name that is an alias.
    fileprivate static let alias = PTRNames(
        .sample("192.0.2.25"),
        [
            PTRName(
                .sample("mx.example.com"),
                .present(AddressLookup([.sample("192.0.2.25")], canonicalName: .sample("host.example.net"))))
        ])
}
