/// The zones that libunbound answers by itself, without asking anybody: names for local use (RFC 6761, 7686, 8375) and
/// the reverse side of private and documentation addresses (RFC 6303).
///
/// A tester must see what the DNS says about them (the upstream may well know a private network), so they are removed.
/// The option `local-zone: … nodefault` reports success and does nothing in libunbound; removing the zone works.
enum BuiltInZones {
    static let all = forwardNames + reverseIPv4 + reverseIPv6

    private static let forwardNames = [
        "localhost.", "test.", "invalid.", "onion.", "home.arpa.", "resolver.arpa.", "service.arpa.",
    ]

    private static let reverseIPv4 =
        [
            "0", "10", "127", "254.169", "168.192", "2.0.192", "100.51.198", "113.0.203", "255.255.255.255",
        ].map { "\($0).in-addr.arpa." }
        + (16...31).map { "\($0).172.in-addr.arpa." }
        + (64...127).map { "\($0).100.in-addr.arpa." }

    private static let reverseIPv6 =
        [
            "1" + String(repeating: ".0", count: 31),  // ::1
            "0" + String(repeating: ".0", count: 31),  // ::
            "d.f", "8.e.f", "9.e.f", "a.e.f", "b.e.f",
            "8.b.d.0.1.0.0.2",
        ].map { "\($0).ip6.arpa." }
}
