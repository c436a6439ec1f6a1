internal import CheckKit
internal import MailModel
internal import Observations

enum PTRForwardConfirmedFinding: String, FindingCode {
    case missing = "ptr.missing"
    case unconfirmed = "ptr.unconfirmed"
    case alias = "ptr.alias"

    var sentence: Sentence {
        switch self {
        case .missing: "\(.address) has no PTR record."
        case .unconfirmed:
            """
            \(.total, one: "\(.address) has the name \(.names), which does not resolve back to it", other: Self.several).
            """
        case .alias: "The name \(.name) of \(.address) is an alias of \(.canonical)."
        }
    }
    private static let several: Sentence = """
        None of the \(.where(.leftOut, is: "first \(.count) of \(.total)", otherwise: "\(.total)")) names of \(.address) \
        resolves back to it: \(.names, .upTo(3))
        """

    var severity: Severity { self == .alias ? .notice : .error }
    var paste: [PasteKind] { [.ptrRecord] }
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
                "none of many names resolves back, and not all were looked up",
                PTRNames(
                    .sample("192.0.2.25"),
                    [
                        PTRName(.sample("a.example.com"), .present(AddressLookup([.sample("192.0.2.26")]))),
                        PTRName(.sample("b.example.com"), .present(AddressLookup([]))),
                    ], leftOut: 3),
                expect: .found(
                    .unconfirmed,
                    "None of the first 2 of 5 names of 192.0.2.25 resolves back to it: a.example.com, b.example.com.",
                    [.count: 2, .total: 5, .leftOut: 3])),
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
        if ptr.names.isEmpty { return .found(.missing, [.address: ptr.address]) }
        let doubt = ptr.names.lazy.compactMap(\.doubt).first
        guard ptr.confirmed.isEmpty else {
            return .of(ptr.aliases, open: doubt == nil ? [] : [.alias], because: doubt ?? "")
        }
        if let doubt { return .of(ptr.aliases, open: [.unconfirmed, .alias], because: doubt) }
        return .found([ptr.unconfirmed] + ptr.aliases)
    }
}

extension PTRNames {
    fileprivate var aliases: [Issue<PTRForwardConfirmedFinding>] {
        names.compactMap { name in
            name.lookup.value?.canonicalName.map {
                Issue(.alias, [.name: name.name, .address: address, .canonical: $0])
            }
        }
    }

    fileprivate var unconfirmed: Issue<PTRForwardConfirmedFinding> {
        Issue(
            .unconfirmed,
            [
                .address: address, .names: names.map(\.name), .count: names.count, .total: names.count + leftOut,
                .leftOut: leftOut > 0 ? leftOut : nil,
            ])
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
