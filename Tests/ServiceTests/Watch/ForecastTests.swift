import CheckKit
import FoundationEssentials
import MailModel
import Observations
import Testing

@testable import Service

/// What will go wrong by what is known now.
@Suite("Forecasts")
struct ForecastTests {
    private static let now = Date(timeIntervalSince1970: 1_790_000_000)
    private static let server = MailServer.sample("mx.example.com", "192.0.2.25")
    private static let key = String(repeating: "ab", count: 32)

    private func certificate(endsIn days: Double, lifetime: Double = 90) -> Certificate {
        let end = Self.now.addingTimeInterval(days * 86_400)
        return Certificate(
            der: Data([1, 2, 3]), subject: "CN=mx.example.com", issuer: "CN=CA",
            notBefore: end.addingTimeInterval(-lifetime * 86_400), notAfter: end, dnsNames: ["mx.example.com"],
            key: .init(algorithm: "EC", bits: 256, sha256: Self.key))
    }

    private func evidence(_ chain: [Certificate], _ records: TLSARecords? = nil, host: String = "mx.example.com")
        -> Evidence
    {
        var evidence = Evidence(domain: .sample("example.com"), collectedAt: Self.now)
        let found = AddressLookup([Self.server.address])
        let name = DomainName.sample(host)
        evidence.settle(Slot(MailHosts.id, .domain), .present(MailHosts([MailHost(name, ipv4: .present(found))])))
        let path = CertificatePath(
            problems: [], certificates: Array(chain.indices), trustStore: "test", checkedAt: Self.now)
        var handshake = TLSHandshake(
            version: .tls13, suite: "TLS_AES_256_GCM_SHA384", suiteCode: 0x1302, group: nil, peerSignature: nil,
            chain: chain, path: path, serverName: name, extendedMasterSecret: true, secureRenegotiation: true)
        handshake.chain = chain
        let server = MailServer(host: name, address: Self.server.address)
        evidence.settle(Slot(TLSSession.id, .server(server)), .present(TLSSession(handshake)))
        if let records { evidence.settle(Slot(TLSARecords.id, .host(name)), .present(records)) }
        return evidence
    }

    private func records(_ texts: String..., signature: SignatureTimes? = nil) -> TLSARecords {
        let name = Self.server.host
        return TLSARecords([
            TLSALookup(
                base: name, name: name.prefixed("_tcp").prefixed("_25"), texts.compactMap { TLSARecord($0) },
                signature: signature)
        ])
    }

    @Test("a certificate is told while it ends within the days, the issuer's too, and when it has ended")
    func ends() {
        let cases: [(chain: [Double], says: String?)] = [
            ([15], nil), ([13], "ends on 2026-10-04"), ([-1], "has ended on 2026-09-20"),
            ([80, 5], "ends on 2026-09-26"),
        ]
        for one in cases {
            let signs = Forecasts.endingCertificates(
                in: evidence(one.chain.map { certificate(endsIn: $0) }), within: 14, at: Self.now)
            #expect(signs.count == (one.says == nil ? 0 : 1))
            #expect(signs.first?.sentence.contains(one.says ?? "") ?? true, "\(signs)")
            #expect(signs.allSatisfy { $0.cause == .host(Self.server.host) && $0.detail == "14" })
        }
    }

    @Test("TLSA records that name nothing but the key of now are told when the certificate is about to be renewed")
    func nextKey() {
        let pin = "3 1 1 \(Self.key)"
        let other = "3 1 1 \(String(repeating: "cd", count: 32))"
        let whole = "3 0 1 \(SHA256.hex([1, 2, 3]))"
        let cases: [(days: Double, records: [String], isTold: Bool)] = [
            (20, [pin], true), (20, [whole], true), (20, [pin, whole], true),
            // The next key is published already, a CA is named, or it cannot be told.
            (20, [pin, other], false), (20, [pin, "2 1 1 \(Self.key)"], false),
            (20, [pin, "3 1 2 \(String(repeating: "cd", count: 64))"], false),
            (60, [pin], false), (-1, [pin], false), (20, [], false),
        ]
        for one in cases {
            let lookup = TLSALookup(
                base: Self.server.host, name: Self.server.host, one.records.compactMap { TLSARecord($0) })
            let signs = Forecasts.signs(
                in: evidence([certificate(endsIn: one.days)], TLSARecords([lookup])), at: Self.now)
            #expect(signs.map(\.detail) == (one.isTold ? ["tlsa-next-key"] : []), "\(one)")
        }
    }

    @Test("a certificate of six days is about to be renewed in the last third of them only")
    func shortLived() {
        let pin = records("3 1 1 \(Self.key)")
        for (days, isTold) in [(3.0, false), (1.5, true)] {
            let signs = Forecasts.signs(in: evidence([certificate(endsIn: days, lifetime: 6)], pin), at: Self.now)
            #expect(signs.isEmpty != isTold)
        }
    }

    @Test("a signature that ends is told in the last eighth of its time: a signer that works has renewed it by then")
    func signatures() {
        let instant = Int(Self.now.timeIntervalSince1970)
        let cases: [(from: Int, until: Int, isTold: Bool)] = [
            (-29 * 86_400, 86_400, true), (-22 * 86_400, 8 * 86_400, false),
            // Signed as it is asked for, for two days around now.
            (-86_400, 86_400, false), (-30 * 86_400, -60, false),
        ]
        for one in cases {
            let times = SignatureTimes(inception: instant + one.from, expiration: instant + one.until)
            let signs = Forecasts.signs(
                in: evidence([certificate(endsIn: 80)], records("3 1 1 \(Self.key)", signature: times)), at: Self.now)
            #expect(signs.map(\.detail) == (one.isTold ? ["signatures-end"] : []), "\(one)")
        }
    }

    @Test("an old policy is told while senders may remember it and a host of now does not fit")
    func oldPolicy() {
        func policy(_ text: String) -> Observed<any Fact> {
            let exchange = HTTPSExchange(
                address: .sample("192.0.2.80"),
                response: HTTPResponse(status: 200, contentType: "text/plain", body: Array(text.utf8)))
            return .present(
                MTASTSPolicy(
                    .sample("mta-sts.example.com"), ipv4: .present(AddressLookup([.sample("192.0.2.80")])),
                    exchange: exchange))
        }
        let enforced = "version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 604800\n"
        let cases: [(before: Observed<any Fact>, age: Double, host: String, isTold: Bool)] = [
            (policy(enforced), 1, "mx.other.example", true), (policy(enforced), 8, "mx.other.example", false),
            (policy(enforced), 1, "mx.example.com", false),
            (policy(enforced.replacing("enforce", with: "testing")), 1, "mx.other.example", false),
            (.absent(.unplanned), 1, "mx.other.example", false),
        ]
        for one in cases {
            let sign = Forecasts.oldPolicy(
                one.before, until: Self.now.addingTimeInterval(-one.age * 86_400),
                in: evidence([certificate(endsIn: 80)], host: one.host), at: Self.now)
            #expect((sign != nil) == one.isTold, "\(one)")
            if let sign {
                #expect(sign.cause == .policyHost(.sample("mta-sts.example.com")) && sign.sentence.contains(one.host))
            }
        }
    }
}
