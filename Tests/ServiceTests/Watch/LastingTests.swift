import CheckEngine
import CheckKit
import Checks
import MailModel
import MailgradeKit
import Observations
import Testing

/// What is no change, although it differs at each look.
@Suite("What lasts")
struct LastingTests {
    @Test("TLSA records are the same while a cache counts down, a signer renews, and a server answers in another order")
    func records() throws {
        let texts = ["3 1 1 abab", "2 1 1 cdcd"]
        func answer(_ texts: [String], ttl: Int, until: Int, base: String = "mx.example") -> TLSARecords {
            let name = DomainName.sample(base)
            return TLSARecords([
                TLSALookup(
                    base: name, name: name, texts.compactMap { TLSARecord($0) }, ttl: ttl,
                    signature: SignatureTimes(inception: until - 1000, expiration: until))
            ])
        }
        let first = answer(texts, ttl: 3600, until: 1_790_000_000)
        #expect(first.lasting == answer(texts.reversed(), ttl: 12, until: 1_790_086_400).lasting)
        #expect(first.lasting != answer(["3 1 1 abac", "2 1 1 cdcd"], ttl: 3600, until: 1_790_000_000).lasting)
        #expect(first.lasting != answer(texts, ttl: 3600, until: 1_790_000_000, base: "mx2.example").lasting)
    }

    @Test("an answer that does not validate is the same, whatever record and server the validator names")
    func reasons() throws {
        func hosts(_ security: DNSSecurity) -> MailHosts {
            MailHosts([MailHost(.sample("mx.example"), ipv4: .present(AddressLookup(security: security)))])
        }
        #expect(hosts(.bogus("no keys for a.example")).lasting == hosts(.bogus("no signature from 192.0.2.1")).lasting)
        #expect(hosts(.bogus("no keys")).lasting != hosts(.secure).lasting)
        func zones(_ security: DNSSecurity) -> SigningZones {
            SigningZones([SigningZone(.sample("a.example"), security: security)])
        }
        #expect(zones(.indeterminate("one")).lasting == zones(.indeterminate("two")).lasting)
        #expect(zones(.indeterminate("one")).lasting != zones(.bogus("one")).lasting)
        #expect(
            MXRecords(security: .bogus("one")).lasting == MXRecords(security: .bogus("two")).lasting)
    }

    @Test("a server is the same while it makes a new key for each handshake")
    func keyShares() throws {
        let known = try Mailgrade(plugins: Plugin.builtIn).policies(["default"]).plan.knownFacts
        let evidence = try Evidence(json: try Site.corpus("tls-all.test"), known: known)
        let server = try #require(evidence.servers.first)
        func handshake(_ share: String) throws -> TLSHandshake {
            let conversation = try #require(evidence.observed(Conversation.self, at: .server(server)).value)
            var handshake = try #require(conversation.handshake?.value)
            handshake.keyShare = share
            return handshake
        }
        func first(_ share: String) throws -> Conversation {
            var first = try #require(evidence.observed(Conversation.self, at: .server(server)).value)
            first.handshake = .present(try handshake(share))
            return first
        }
        func second(_ share: String) throws -> SecondConversation {
            var second = try #require(evidence.observed(SecondConversation.self, at: .server(server)).value)
            second.handshakeWithoutName = try handshake(share)
            second.furtherHandshakes = [try handshake(share)]
            return second
        }
        #expect(try first("one").lasting == first("two").lasting)
        #expect(try second("one").lasting == second("two").lasting)
    }
}
