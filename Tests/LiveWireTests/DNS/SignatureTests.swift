import FoundationEssentials
import MailModel
import Testing

@testable import LiveWire

/// When signatures hold, out of whole messages.
@Suite("Signature times")
struct SignatureTests {
    @Test("a signed answer says for how long its signature holds", arguments: DNSLookupTests.upstreams)
    func signed(upstream: NameServers.Upstream) async throws {
        let client = try await NameServers.client(upstream)
        let answer = try await client.lookup(DomainName(input: "_25._tcp.mx1.signed.test"), .tlsa)
        let times = try #require(answer.signature)
        #expect((1...60).contains(times.days))
        let unsigned = try await client.lookup(DomainName(input: "unsigned.test"), .mx)
        #expect(unsigned.signature == nil)
    }

    @Test("the keys and the DS record of a signed zone are decoded")
    func keys() async throws {
        let client = try await NameServers.client(.nsd)
        let zone = try DomainName(input: "signed.test")
        let delegation = try await client.lookup(zone, .ds).records
        #expect(delegation.contains { if case .ds(_, 13, 2, let digest) = $0 { digest.count == 32 } else { false } })
        let keys = try await client.lookup(zone, .dnskey).records
        #expect(keys.contains { if case .dnskey(257, 13, let key) = $0 { key.count == 64 } else { false } })
        let hashing = try await client.lookup(zone, .nsec3Param).records
        #expect(hashing.contains { if case .nsec3Param = $0 { true } else { false } })
    }

    @Test("SEC-06: the root's two keys are built in, by the DS records that Debian's dns-root-data holds")
    func rootKeys() throws {
        let tags = RootTrustAnchors.all.map { $0.split(separator: " ")[3] }
        #expect(tags == ["20326", "38696"])
        guard let text = try? String(contentsOfFile: "/usr/share/dns/root.ds", encoding: .utf8) else { return }
        let published = text.uppercased().split(separator: "\n").map { $0.split(separator: " ").suffix(4) }
        for anchor in RootTrustAnchors.all { #expect(published.contains(anchor.split(separator: " ").suffix(4))) }
    }

    @Test("without trust anchors nothing is secure and nothing bogus, and the self-test says so")
    func noAnchors() async throws {
        var settings = try await NameServers.shared().settings(.stripped)
        settings.trustAnchors = .none(because: "the signatures were gone")
        let client = try UnboundClient(settings)
        #expect(try await client.lookup(DomainName(input: "signed.test"), .mx).security == .insecure)
        #expect(await client.selfTest() == .stripsDNSSEC(reason: "the signatures were gone"))
    }

    /// One question, one record of another type and one signature over TLSA records, with names in every form.
    static let message: [UInt8] =
        [0, 0, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0] + [1, 0x61, 0, 0, 52, 0, 1]
        + [0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, 0xC0, 12]
        + [0xC0, 12, 0, 46, 0, 1, 0, 0, 0, 60, 0, 19, 0, 52, 13, 1, 0, 0, 0, 60]
        + [0, 2, 0xA3, 0, 0, 1, 0x51, 0x80, 1, 2, 0]

    @Test("the signature over the type asked for is found behind others")
    func found() {
        #expect(
            SignatureTimes(over: .tlsa, in: Self.message)
                == SignatureTimes(inception: 86_400, expiration: 172_800))
        #expect(SignatureTimes(over: .mx, in: Self.message) == nil)
    }

    @Test("no message, cut anywhere or filled with noise, makes the reader trap")
    func hostile() {
        for length in 0..<Self.message.count {
            #expect(SignatureTimes(over: .tlsa, in: Array(Self.message.prefix(length))) == nil)
        }
        var state: UInt64 = 7
        for _ in 0..<20_000 {
            var message = Self.message
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                message[Int(state >> 33) % message.count] = UInt8(truncatingIfNeeded: state >> 50)
            }
            _ = SignatureTimes(over: .tlsa, in: message)
        }
    }
}
