import LiveWire
import MailModel
import Testing

/// Record data as bytes, good and bad.
@Suite("DNS record data")
struct RecordDataTests {
    private static func name(_ labels: String...) -> DomainName { DomainName(labels: labels.map { Array($0.utf8) }) }

    private static func wire(_ labels: String...) -> [UInt8] {
        labels.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    static let good: [(DNSRecordType, [UInt8], DNSRecord)] = [
        (.a, [192, 0, 2, 1], .address(IPAddress("192.0.2.1")!)),
        (.aaaa, [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1], .address(IPAddress("2001:db8::1")!)),
        (.mx, [0, 10] + wire("mx", "Example"), .mx(preference: 10, exchange: name("mx", "example"))),
        (.mx, [0xFF, 0xFF, 0], .mx(preference: 65535, exchange: .root)),
        (.cname, wire("a", "example"), .cname(name("a", "example"))),
        (.ptr, wire("a.b", "\u{1}\\"), .ptr(name("a.b", "\u{1}\\"))),
        (.ptr, wire(String(repeating: "a", count: 63)), .ptr(name(String(repeating: "a", count: 63)))),
        (.txt, [0], .txt([[]])),
        (.txt, [1, 0x61, 0, 2, 0x62, 0xFF], .txt([[0x61], [], [0x62, 0xFF]])),
        (.tlsa, [3, 1, 1, 0xAB], .tlsa(usage: 3, selector: 1, matchingType: 1, data: [0xAB])),
        (.tlsa, [3, 1, 1], .tlsa(usage: 3, selector: 1, matchingType: 1, data: [])),
        (
            .ds, [0x30, 0x39, 13, 2, 0xAB, 0xCD],
            .ds(keyTag: 12345, algorithm: 13, digestType: 2, digest: [0xAB, 0xCD])
        ),
        (.dnskey, [1, 1, 3, 13, 0xAB], .dnskey(flags: 257, algorithm: 13, key: [0xAB])),
        (.nsec3Param, [1, 0, 0, 10, 0], .nsec3Param(hash: 1, iterations: 10, salt: [])),
        (.nsec3Param, [1, 0, 1, 0, 2, 0xAB, 0xCD], .nsec3Param(hash: 1, iterations: 256, salt: [0xAB, 0xCD])),
        (.soa, [1, 2, 3], .other(type: .soa, data: [1, 2, 3])),
    ]

    @Test("Well-formed data is decoded", arguments: good)
    func decodes(type: DNSRecordType, data: [UInt8], record: DNSRecord) {
        #expect(DNSRecord(type: type, data: data) == record)
    }

    static let bad: [(String, DNSRecordType, [UInt8])] = [
        ("an address of three bytes", .a, [1, 2, 3]),
        ("an address of five bytes", .a, [1, 2, 3, 4, 5]),
        ("an IPv4 address as AAAA", .aaaa, [1, 2, 3, 4]),
        ("nothing", .mx, []),
        ("a preference without an exchange", .mx, [0, 10]),
        ("a label longer than the data", .mx, [0, 10, 5]),
        ("a name without its end", .mx, [0, 10, 1, 0x61]),
        ("a byte after the name", .mx, [0, 10, 0, 0]),
        ("a compression pointer", .cname, [0xC0, 0]),
        ("a label of 64 bytes", .ptr, [64] + [UInt8](repeating: 0x61, count: 64) + [0]),
        (
            "a name of 256 bytes", .ptr,
            (0..<127).flatMap { _ in [1, 0x61] as [UInt8] } + [0, 0].prefix(0) + [1, 0x61, 0]
        ),
        ("no string", .txt, []),
        ("a string longer than the data", .txt, [3, 0x61]),
        ("two bytes", .tlsa, [3, 1]),
        ("a DS record without a digest", .ds, [0x30, 0x39, 13, 2]),
        ("a key of another protocol than 3", .dnskey, [1, 1, 2, 13, 0xAB]),
        ("a key without its bytes", .dnskey, [1, 1, 3, 13]),
        ("a salt shorter than its length", .nsec3Param, [1, 0, 0, 0, 2, 0xAB]),
        ("a byte after the salt", .nsec3Param, [1, 0, 0, 0, 0, 0xAB]),
    ]

    @Test("Malformed data is kept as it is", arguments: bad)
    func keeps(reason: String, type: DNSRecordType, data: [UInt8]) {
        #expect(DNSRecord(type: type, data: data) == .other(type: type, data: data), "\(reason)")
    }

    @Test("No bytes make the decoders trap")
    func survivesNoise() {
        var state: UInt64 = 42
        func next() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        for _ in 0..<5000 {
            let data = (0..<Int(next() % 40)).map { _ in next() % 8 == 0 ? next() : next() % 8 }
            for type in [DNSRecordType.a, .aaaa, .mx, .cname, .ptr, .txt, .tlsa, .ds, .dnskey, .nsec3Param] {
                _ = DNSRecord(type: type, data: data)
            }
        }
    }
}
