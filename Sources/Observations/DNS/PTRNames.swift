// The reverse side of the DNS gives an address a name: the PTR record below in-addr.arpa or ip6.arpa. Whoever holds the
// address block can write any name there, so a name counts only when it leads back to the address. RFC 8601, section 3,
// calls this test iprev:
//
//     25.2.0.192.in-addr.arpa.  PTR  mx.example.com.      the name of the address
//     mx.example.com.           A    192.0.2.25           and back: forward-confirmed
//
// The owner of the reverse name may be an alias, that is how small address blocks are delegated (RFC 2317); the name in
// the PTR record must not be one (RFC 1912, section 2.1). Many receivers refuse mail *from* addresses without a confirmed
// name. An MX host receives; that most of them send as well makes the test worthwhile, and no more than a proxy.
public import CheckKit
public import MailModel

/// The names of an address and where they lead. Absent when the PTR lookup failed twice.
public struct PTRNames: AddressFact, Hashable {
    /// `ptr.names`.
    public static let id: FactID = "ptr.names"
    /// No more names than this are followed: RFC 8601, section 3, asks for a limit.
    public static let limit = 10

    /// The address.
    public var address: IPAddress
    /// What our validator says of the PTR answer.
    public var security: DNSSecurity
    /// The names, at most `limit`; empty when there is no PTR record.
    public var names: [PTRName]
    /// How many names more there are.
    public var leftOut: Int
    /// Where the reverse name leads, when it is an alias.
    public var delegatedTo: DomainName?

    /// The names of an address.
    public init(
        _ address: IPAddress, security: DNSSecurity = .insecure, _ names: [PTRName] = [], leftOut: Int = 0,
        delegatedTo: DomainName? = nil
    ) {
        self.address = address
        self.security = security
        self.names = names
        self.leftOut = leftOut
        self.delegatedTo = delegatedTo
    }

    /// The names that lead back to the address, in answers that validate.
    public var confirmed: [PTRName] {
        names.filter { name in
            guard let lookup = name.lookup.value else { return false }
            return lookup.security.bogusReason == nil && lookup.addresses.contains(address)
        }
    }
}

/// One name of an address.
public struct PTRName: Hashable, Sendable, Codable {
    /// The name.
    public var name: DomainName
    /// Its addresses of the family of the address it names.
    public var lookup: Observed<AddressLookup>

    /// A name and where it leads.
    public init(_ name: DomainName, _ lookup: Observed<AddressLookup>) {
        self.name = name
        self.lookup = lookup
    }
}

extension PTRNames {
    /// Whether there is a name, and whether it is confirmed.
    public var inBrief: String? {
        guard let name = names.first else { return "no PTR record" }
        return confirmed.isEmpty ? "PTR \(name.name) unconfirmed" : "PTR confirmed"
    }
}

extension PTRNames {
    /// Whether the addresses of a name could not be looked up.
    public var leavesOpen: Bool { names.contains { $0.lookup.absence?.certainty == .inconclusive } }
}
