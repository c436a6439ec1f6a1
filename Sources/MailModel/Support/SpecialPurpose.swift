/// A registered special purpose of an address block (RFC 6890 and the IANA registries it set up): no public mail server
/// lives there, and a tester must not be aimed at it.
public struct SpecialPurpose: Hashable, Sendable {
    /// What the block is for, for example `loopback`.
    public let name: String
    /// The block.
    public let block: AddressBlock
}

extension IPAddress {
    /// The special purpose this address falls under, or nil when it is globally reachable.
    ///
    /// Of IPv6, what is not global unicast (2000::/3, RFC 4291, section 2.4) is none either, registered or not. An IPv4 address
    /// inside an IPv6 one (IPv4-mapped, IPv4-translated, NAT64, 6to4) is judged by the IPv4 address: a hostile AAAA record must not
    /// reach a private network through a translator.
    public var specialPurpose: SpecialPurpose? {
        if let inner = embeddedIPv4 {
            if let purpose = inner.specialPurpose { return purpose }
            return Self.carriers.first { $0.block.contains(self) }
        }
        if let registered = Self.registry.first(where: { $0.block.contains(self) }) { return registered }
        return Self.unassigned.first { $0.block.contains(self) }
    }

    /// The IPv4 address that an IPv4-mapped, IPv4-translated (RFC 7915), NAT64 (RFC 6052) or 6to4 (RFC 3056) address leads to.
    public var embeddedIPv4: IPAddress? {
        if Self.nat64.contains(self) || Self.carriers.contains(where: { $0.block.contains(self) }) {
            return IPAddress(bytes: Array(bytes[12...]))
        }
        if Self.sixToFour.contains(self) { return IPAddress(bytes: Array(bytes[2..<6])) }
        return nil
    }

    /// Every block that a stranger's DNS record must not aim us at, those whose addresses stand for IPv4 ones included.
    public static let specialPurposeBlocks = (registry + unassigned).map(\.block) + [sixToFour]

    /// What stands for an IPv4 address on one machine or in one network, and is nobody's address outside.
    private static let carriers = [
        SpecialPurpose(name: "IPv4-mapped", block: block("::ffff:0:0/96")),
        SpecialPurpose(name: "IPv4-translated", block: block("::ffff:0:0:0/96")),
    ]
    private static let nat64 = block("64:ff9b::/96")
    private static let sixToFour = block("2002::/16")

    private static let registry: [SpecialPurpose] = [
        ("this network", "0.0.0.0/8"), ("private use", "10.0.0.0/8"), ("shared address space", "100.64.0.0/10"),
        ("loopback", "127.0.0.0/8"), ("link-local", "169.254.0.0/16"), ("private use", "172.16.0.0/12"),
        ("IETF protocol assignments", "192.0.0.0/24"), ("documentation", "192.0.2.0/24"),
        ("6to4 relay anycast", "192.88.99.0/24"), ("private use", "192.168.0.0/16"), ("benchmarking", "198.18.0.0/15"),
        ("documentation", "198.51.100.0/24"), ("documentation", "203.0.113.0/24"), ("multicast", "224.0.0.0/4"),
        ("reserved", "240.0.0.0/4"),
        ("unspecified", "::/128"), ("loopback", "::1/128"), ("IPv4-compatible", "::/96"),
        ("local-use translation", "64:ff9b:1::/48"), ("discard-only", "100::/64"), ("dummy prefix", "100:0:0:1::/64"),
        ("Teredo", "2001::/32"), ("benchmarking", "2001:2::/48"), ("ORCHID", "2001:10::/28"),
        ("ORCHIDv2", "2001:20::/28"), ("IETF protocol assignments", "2001::/23"),
        ("documentation", "2001:db8::/32"), ("documentation", "3fff::/20"), ("segment routing", "5f00::/16"),
        ("unique local", "fc00::/7"), ("link-local", "fe80::/10"), ("site-local", "fec0::/10"),
        ("multicast", "ff00::/8"),
    ].map { SpecialPurpose(name: $0.0, block: block($0.1)) }

    /// The rest of IPv6: everything but 2000::/3.
    private static let unassigned = ["::/3", "4000::/3", "6000::/3", "8000::/3", "a000::/3", "c000::/3", "e000::/3"].map
    {
        SpecialPurpose(name: "not global unicast", block: block($0))
    }

    private static func block(_ text: String) -> AddressBlock {
        guard let block = AddressBlock(text) else { preconditionFailure("\(text) in the table is no network") }
        return block
    }
}
