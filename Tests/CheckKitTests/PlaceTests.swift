import CheckKit
import FoundationEssentials
import MailModel
import Testing

@Suite("A place")
struct PlaceTests {
    static let server = MailServer(
        host: DomainName(labels: [Array("mx".utf8), Array("example".utf8)]), address: IPAddress("192.0.2.1")!)

    @Test("widens to the places around it and to no other")
    func widened() {
        #expect(Place.server(Self.server).widened(to: .host) == .host(Self.server.host))
        #expect(Place.server(Self.server).widened(to: .address) == .address(Self.server.address))
        #expect(Place.host(Self.server.host).widened(to: .address) == nil)
        #expect(Place.address(Self.server.address).widened(to: .server) == nil)
        for scope in Scope.allCases where scope != .domain { #expect(Place.domain.widened(to: scope) == nil) }
    }

    @Test(
        "is the same after a round trip through JSON",
        arguments: [Place.domain, .host(server.host), .address(server.address), .server(server)])
    func roundTrip(place: Place) throws {
        #expect(try JSONDecoder().decode(Place.self, from: JSONEncoder().encode(place)) == place)
    }
}
