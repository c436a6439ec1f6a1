import CheckEngine
import CheckKit
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

@Suite("Delivery to a domain")
struct DomainDeliveryTests {
    /// A domain with hosts `mx0`, `mx1` …, each with a preference and what becomes of mail there.
    private func way(_ servers: [(preference: UInt16, outcome: Delivery.Outcome)]) throws -> DomainDelivery.Way {
        let hosts = servers.enumerated().map { index, server in
            MailHost(
                .sample("mx\(index).example.com"), preference: server.preference,
                ipv4: .present(AddressLookup([.sample("192.0.2.\(index + 1)")])))
        }
        let results = servers.enumerated().map { index, server in
            let place = MailServer.sample("mx\(index).example.com", "192.0.2.\(index + 1)")
            return (place, Observed.present(ServerDelivery([Delivery(.opportunistic, server.outcome, "So it is.")])))
        }
        let mx = MXRecords(hosts.map { MXRecord($0.preference ?? 0, $0.name) })
        return DeliveryRoutes(.present(mx), .present(MailHosts(hosts)), PerServer(results)).way(.opportunistic)
    }

    @Test(
        "SMTP-04: the first preference at which a server delivers decides, and a weaker one behind it is told",
        arguments: [
            ([(10, .encrypted), (20, .encrypted)], .encrypted, nil),
            ([(10, .encrypted), (20, .plaintext)], .encrypted, .plaintext),
            ([(10, .plaintext), (20, .encrypted)], .plaintext, nil),
            ([(10, .deferred), (20, .authenticated)], .authenticated, nil),
            ([(10, .unknown), (20, .encrypted)], .encrypted, nil),
        ] as [([(UInt16, Delivery.Outcome)], Delivery.Outcome, Delivery.Outcome?)])
    func order(
        _ servers: [(UInt16, Delivery.Outcome)], _ outcome: Delivery.Outcome, _ atWorst: Delivery.Outcome?
    ) throws {
        let way = try way(servers.map { (preference: $0.0, outcome: $0.1) })
        #expect(way.delivery.outcome == outcome)
        #expect(way.atWorst?.outcome == atWorst)
    }

    @Test("among servers of equal preference the weakest counts")
    func equal() throws {
        #expect(try way([(10, .encrypted), (10, .plaintext)]).delivery.outcome == .plaintext)
    }

    @Test("DANE-06: a host of worse preference never jumps the order")
    func noJump() throws {
        #expect(try way([(10, .encrypted), (20, .authenticated)]).delivery.outcome == .encrypted)
    }

    @Test("where no server delivers, an open question stays open, and mail comes back only from all")
    func nowhere() throws {
        #expect(try way([(10, .deferred), (20, .unknown)]).delivery.outcome == .unknown)
        #expect(try way([(10, .deferred), (20, .bounced)]).delivery.outcome == .deferred)
        #expect(try way([(10, .bounced), (20, .bounced)]).delivery.outcome == .bounced)
    }

    @Test("STS-29: how many servers do not take it is told")
    func refusals() throws {
        let delivery = try way([(10, .authenticated), (20, .deferred)]).delivery
        #expect(
            delivery.reason
                == "Through mx0.example.com[192.0.2.1]: So it is. 1 of 2 servers would not take it.")
    }

    @Test("DANE-03, NMX-01: before any server the MX lookup decides for everybody")
    func beforeServers() {
        func outcome(_ mx: Observed<MXRecords>, _ hosts: MailHosts = MailHosts()) -> Set<Delivery.Outcome> {
            let routes = DeliveryRoutes(mx, .present(hosts), PerServer([PerServer<ServerDelivery>.Element]()))
            return Set(Delivery.Sender.allCases.map { routes.way($0).delivery.outcome })
        }
        #expect(outcome(.present(MXRecords(security: .bogus("expired"), [.sample]))) == [.deferred])
        #expect(outcome(.present(MXRecords([MXRecord(0, .root)]))) == [.bounced])
        #expect(outcome(.present(MXRecords(status: .nxDomain))) == [.bounced])
        #expect(outcome(.present(MXRecords())) == [.bounced])
        #expect(outcome(.absent(.inconclusive("SERVFAIL"))) == [.unknown])
        #expect(outcome(.present(MXRecords([.sample])), MailHosts([MailHost(.sample("mx.example.com"))])) == [.bounced])
        #expect(outcome(.present(MXRecords([.sample])), MailHosts([.unanswered])) == [.unknown])
    }

    @Test("evidence without a single fact tells nothing, and says so")
    func empty() throws {
        let plan = try Plan(
            running: [], showing: [ServerDelivery.id, DomainDelivery.id], from: Plugin.builtIn)
        let evidence = Judge(plan).deriving(
            Evidence(domain: .sample("example.com"), collectedAt: JudgedAt.sample().instant))
        let domain = try #require(evidence.observed(DomainDelivery.self, at: .domain).value)
        #expect(domain.ways.map(\.delivery.outcome) == Array(repeating: .unknown, count: 6))
    }
}
