import Foundation
import MailModel
import Testing

/// Addresses, networks and the special ones among them.
@Suite("IP addresses")
struct IPAddressTests {
    @Test(
        "An address is read and printed in its canonical form",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8::1", "2001:db8::1"),
            ("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
            ("::ffff:192.0.2.1", "::ffff:c000:201"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
        ])
    func good(text: String, canonical: String) {
        #expect(IPAddress(text)?.description == canonical)
    }

    @Test(
        "What is no address is refused",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "+1.2.3.4", "1..3.4", "0x1.2.3.4", "1.2.3.",
            ":", ":::", "1:::2", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::12345", "::g",
            "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7", "::1.2.3", "::1.2.3.4:5", "1.2.3.4::", "fe80::1%eth0", "[::1]", "::+1",
            "::-1", "::１", "１.2.3.4",
        ])
    func bad(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test("Bytes make an address only in the right number", arguments: 0...17)
    func bytes(count: Int) {
        #expect((IPAddress(bytes: [UInt8](repeating: 1, count: count)) != nil) == [4, 16].contains(count))
    }

    @Test("The reverse name is below in-addr.arpa or ip6.arpa")
    func reverse() {
        #expect(IPAddress("192.0.2.1")?.reverseName.text == "1.2.0.192.in-addr.arpa")
        #expect(
            IPAddress("2001:db8::567:89ab")?.reverseName.text
                == "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")
    }

    @Test("IPv4 sorts before IPv6, and numbers sort as numbers")
    func order() {
        let texts = ["9.0.0.0", "10.0.0.0", "::1", "2001:db8::9", "2001:db8::10"]
        #expect(texts.compactMap { IPAddress($0) }.shuffled().sorted().map(\.description) == texts)
    }

    @Test("An address survives JSON, and what is none is refused")
    func json() throws {
        let addresses = [IPAddress("192.0.2.1")!, IPAddress("2001:db8::1")!]
        let data = try JSONEncoder().encode(addresses)
        #expect(try JSONDecoder().decode([IPAddress].self, from: data) == addresses)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([IPAddress].self, from: Data(#"["192.0.2.256"]"#.utf8))
        }
    }

    @Test(
        "A network holds its addresses and no others",
        arguments: [
            ("192.0.2.0/24", "192.0.2.255", true), ("192.0.2.0/24", "192.0.3.0", false),
            ("192.0.2.128/25", "192.0.2.127", false), ("0.0.0.0/0", "255.255.255.255", true),
            ("0.0.0.0/0", "::", false),
            ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false), ("fd25::/64", "fd25::1", true),
            ("fd25::/64", "fd25:0:0:1::", false), ("fe80::/10", "febf::1", true), ("fe80::/10", "fec0::1", false),
            ("10.1.2.3/8", "10.9.9.9", true),
        ])
    func network(block: String, address: String, isInside: Bool) {
        #expect(AddressBlock(block)?.contains(IPAddress(address)!) == isInside)
    }

    @Test(
        "What is no network is refused",
        arguments: [
            "", "/", "192.0.2.0/", "192.0.2.0/33", "::/129", "192.0.2.0/-1", "192.0.2.0/+8", "192.0.2.0/8/8", "a/8",
        ]
    )
    func noNetwork(text: String) {
        #expect(AddressBlock(text) == nil)
    }

    @Test(
        "A special purpose is found, also behind a translator",
        arguments: [
            ("127.0.0.1", "loopback"), ("10.0.0.1", "private use"), ("172.31.255.255", "private use"),
            ("192.168.0.1", "private use"), ("100.127.255.255", "shared address space"), ("169.254.1.1", "link-local"),
            ("0.0.0.0", "this network"), ("192.0.2.1", "documentation"), ("198.19.0.1", "benchmarking"),
            ("224.0.0.1", "multicast"), ("255.255.255.255", "reserved"), ("::", "unspecified"), ("::1", "loopback"),
            ("fe80::1", "link-local"), ("fd25::1", "unique local"), ("fec0::1", "site-local"), ("ff02::1", "multicast"),
            ("2001:db8::1", "documentation"), ("3fff::1", "documentation"), ("2001::1", "Teredo"),
            ("100::1", "discard-only"),
            ("::ffff:127.0.0.1", "loopback"), ("64:ff9b::10.0.0.1", "private use"), ("2002:7f00:1::", "loopback"),
            ("::ffff:8.8.8.8", "IPv4-mapped"), ("::127.0.0.1", "IPv4-compatible"),
            ("64:ff9b:1::1", "local-use translation"), ("::ffff:0:127.0.0.1", "loopback"),
            ("::ffff:0:8.8.8.8", "IPv4-translated"), ("2001:2::1", "benchmarking"), ("2001:20::1", "ORCHIDv2"),
            ("2001:1::1", "IETF protocol assignments"), ("2001:1ff:ffff::1", "IETF protocol assignments"),
            ("1::1", "not global unicast"), ("4000::1", "not global unicast"), ("9999::1", "not global unicast"),
            ("e000::1", "not global unicast"), ("5f00::1", "segment routing"), ("fbff::1", "not global unicast"),
        ])
    func special(address: String, purpose: String) {
        #expect(IPAddress(address)?.specialPurpose?.name == purpose)
    }

    @Test(
        "A public address has none",
        arguments: [
            "8.8.8.8", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0", "198.20.0.0", "223.255.255.255",
            "192.0.1.0", "2001:200::1", "3ffe::1", "2606:4700::1", "2a00::1", "64:ff9b::8.8.8.8", "2002:808:808::1",
            "2001:4860::1",
        ])
    func ordinary(address: String) {
        #expect(IPAddress(address) != nil)
        #expect(IPAddress(address)?.specialPurpose == nil)
    }
}
