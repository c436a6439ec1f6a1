import CheckEngine
import CheckKit
import Checks
import Observations
import Testing

/// Facts of a host, an address or a server hold for every domain whose mail goes there: what learns them does not know the domain.
@Suite struct DomainScopeTests {
    @Test("only the target of the domain has a domain")
    func targets() throws {
        let lines = try #require(Repository.text("Sources/CheckKit/Target.swift")).split(separator: "\n")
        var type = ""
        var knowing: Set<String> = []
        for line in lines where !line.contains("///") {
            if let name = line.firstMatch(of: /(?:struct|protocol|extension|class) (\w+)/) { type = String(name.1) }
            if line.contains(/\b(domain|DomainName|Evidence|Inputs)\b/) && !line.contains("host: DomainName") {
                knowing.insert(type)
            }
        }
        #expect(knowing == ["DomainTarget"])
    }

    @Test("no probe reads the domain out of the evidence", arguments: ["Checks", "Sources/Observations"])
    func evidence(room: String) throws {
        for (path, lines) in try Repository.sources(below: room) {
            for line in lines where line.contains(/\b(evidence|inputs)\b.*\.domain\b/) {
                Issue.record("\(path) reads the domain: \(line)")
            }
        }
    }

    @Test("every probe of a host, an address or a server learns what holds for all domains, but for what names one")
    func shared() throws {
        let plan = try Plan(running: Plugin.builtIn.flatMap(\.checks).map(\.id), from: Plugin.builtIn)
        let narrow = Plugin.builtIn.flatMap(\.probes).map(\.provides).filter { $0.scope != .domain }
        let own = narrow.filter { !plan.sharedFacts.contains($0.id) }
        #expect(own.map(\.id) == [RelayInName.id])
        #expect(own.allSatisfy { $0.type is any NamedFact.Type })
    }

    @Test("who names the domain to a server is known, and keeps what is answered in a fact that says so")
    func naming() throws {
        var paths: Set<String> = []
        for room in ["Checks", "Sources/Observations"] {
            for (path, lines) in try Repository.sources(below: room)
            where lines.contains(where: { $0.contains("InName<") }) {
                paths.insert(path)
            }
        }
        #expect(
            paths == [
                "Sources/Observations/Session/RelayInName.swift",
                "Sources/Observations/Session/SecondConversationProbe.swift",
                "Sources/Observations/Session/SessionProbe.swift", "Sources/Observations/Session/SessionTry.swift",
            ])
    }
}
