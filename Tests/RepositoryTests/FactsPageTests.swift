import CheckEngine
import CheckKit
import Checks
import FoundationEssentials
import Observations
import Reporting
import Testing

/// The page of all facts, for authors of programs: written from the code, and from what the saved runs of the corpus hold.
@Suite struct FactsPageTests {
    @Test("docs/facts.md shows every fact with the shape that its values have")
    func page() throws {
        let page = GeneratedFile(path: "docs/facts.md", text: try text())
        let difference = try page.difference(recordedBy: "RECORD_DOCS", hint: "make docs")
        #expect(difference == nil)
    }

    private func text() throws -> String {
        let plugins = Plugin.builtIn
        let shapes = try shapes(plugins)
        let facts = plugins.flatMap { plugin in
            plugin.probes.map { ($0.provides, plugin, "learnt from the network") }
                + plugin.derivations.map { ($0.provides, plugin, "derived from other facts") }
        }.sorted { $0.0.id < $1.0.id }
        let sections = facts.map { fact, plugin, way in
            let shape = shapes[fact.id].map { "```text\n\($0.lines("value").joined(separator: "\n"))\n```" }
            let page = (plugin.checks.isEmpty ? "../Sources/Observations/" : "../Checks/") + "\(plugin.name)/README.md"
            return """
                ## \(fact.id)

                Of the \(fact.scope.rawValue), version \(fact.version); \(way) by [\(plugin.name)](\(page)).

                \(shape ?? "No saved run of this repository holds a value.")
                """
        }
        return """
            # Facts

            <!-- Written by make docs from the code and the corpus. Change these, not this page. -->

            What checks judge, by id: a program of an [external check](external-checks.md) is given the values of those that its profile
            names, as JSON. The shapes are what the saved runs of Tests/Corpus hold: `name[]` is a list, and a question mark stands behind
            what is not in every value. Where `present` and `absent` stand side by side, a value has one of them; `absent` is the reason why
            something was not seen. Names, addresses and instants are text; instants are RFC 3339 in UTC.

            A fact may get further members in any version; another meaning or another form is a new version of the fact.

            \(sections.joined(separator: "\n\n"))

            """
    }

    private func shapes(_ plugins: [Plugin]) throws -> [FactID: FactShape] {
        let plan = try Plan(
            running: plugins.flatMap(\.checks).map(\.id), showing: Report.facts, from: plugins)
        let judge = Judge(plan)
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        var shapes: [FactID: FactShape] = [:]
        for path in try Repository.files(below: "Tests/Corpus/evidence") where path.hasSuffix(".json") {
            let bytes = try #require(FileManager.default.contents(atPath: "\(Repository.root)/\(path)"))
            let evidence = judge.deriving(try Evidence(json: bytes, known: plan.knownFacts, keepingTrace: false))
            for slot in evidence.slots {
                guard let fact = evidence.observed(slot).value else { continue }
                let value = try JSONDecoder().decode(JSONValue.self, from: try Self.encode(fact, encoder))
                shapes[slot.fact, default: FactShape()].learn(value)
            }
        }
        return shapes
    }

    private static func encode(_ fact: some Fact, _ encoder: JSONEncoder) throws -> Data { try encoder.encode(fact) }
}
