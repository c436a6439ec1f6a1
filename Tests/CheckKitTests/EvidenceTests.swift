import CheckKit
import FoundationEssentials
import MailModel
import Testing

@Suite("Evidence")
struct EvidenceTests {
    struct Colour: DomainFact {
        static let id: FactID = "toy.colour"
        var name: String
    }
    struct Size: ServerFact {
        static let id: FactID = "toy.size"
        static let version = 2
        var metres: Int
        var note: String?
    }
    struct List: ServerList {
        static let id: FactID = "toy.list"
        var hosts: [ListedHost]
    }

    let mx = DomainName(labels: [Array("mx".utf8), Array("example".utf8)])
    var server: MailServer { MailServer(host: mx, address: IPAddress("2001:db8::1")!) }

    private func evidence() throws -> Evidence {
        var evidence = Evidence(
            domain: try DomainName(input: "example.test"), collectedAt: Date(timeIntervalSince1970: 1_800_000_000.7))
        evidence.settle(
            Slot(List.id, .domain),
            .present(List(hosts: [ListedHost(name: mx, preference: 10, addresses: [server.address])])))
        evidence.settle(Slot(Colour.id, .domain), .present(Colour(name: "red")))
        evidence.settle(Slot(Size.id, .server(server)), .present(Size(metres: 3)))
        return evidence
    }

    private let known = [Colour.factType, Size.factType, List.factType]

    @Test("is the same after a round trip through JSON, byte for byte")
    func roundTrip() throws {
        let evidence = try evidence()
        let json = try evidence.json()
        let again = try Evidence(json: json, known: known)
        #expect(again == evidence)
        #expect(try again.json() == json)
        #expect(again.servers == [server])
    }

    @Test("keeps every kind of absence through JSON")
    func absences() throws {
        let absences: [Absence] = [
            .notApplicable("no"), .blocked(by: "toy.colour", because: .failed(.reset)), .timedOut("late"),
            .failed(.rejected(SMTPReply(554, "go away"))), .failed(.handshake(reason: "r", alert: "a")),
            .failed(.closedEarly(stage: "EHLO")), .failed(.noRoute), .failed(.specialAddress("loopback")),
            .inconclusive("who knows"), .cancelled, .unplanned, .unreadable("old"),
        ]
        for absence in absences {
            var evidence = try evidence()
            evidence.settle(Slot(Colour.id, .domain), .absent(absence))
            let again = try Evidence(json: try evidence.json(), known: known)
            #expect(again.observed(Colour.self, at: .domain).absence == absence)
        }
    }

    @Test("keeps a fact that this program does not know, word for word")
    func foreign() throws {
        let json = try evidence().json()
        let reader = try Evidence(json: json, known: [List.factType])
        #expect(reader.observed(Colour.self, at: .domain).absence == .unplanned)
        #expect(try reader.json() == json)
    }

    @Test("marks a fact that it cannot read, and keeps it word for word")
    func unreadable() throws {
        let json = try evidence().json()
        let older = String(decoding: json, as: UTF8.self).replacing("\"metres\" : 3", with: "\"feet\" : 9")
        let reader = try Evidence(json: Data(older.utf8), known: known)
        let absence = reader.observed(Size.self, at: .server(server)).absence
        #expect(absence == .unreadable("no metres"))
        #expect(absence?.certainty == .inconclusive)
        #expect(String(decoding: try reader.json(), as: UTF8.self) == older)
    }

    @Test("leaves derived facts out when told to")
    func derived() throws {
        let again = try Evidence(json: try evidence().json(leavingOut: [Colour.id]), known: known)
        #expect(!again.isSettled(Slot(Colour.id, .domain)))
    }

    @Test("is equal whatever its trace says")
    func trace() throws {
        var other = try evidence()
        other.trace.seconds = 12
        other.trace.connections = ["192.0.2.1": 3]
        #expect(try evidence() == other)
    }

    @Test("of another schema is refused with a sentence that names it")
    func schema() throws {
        let json = String(decoding: try evidence().json(), as: UTF8.self).replacing("evidence/1", with: "evidence/9")
        #expect(throws: DecodingError.self) { try Evidence(json: Data(json.utf8), known: known) }
    }
}
