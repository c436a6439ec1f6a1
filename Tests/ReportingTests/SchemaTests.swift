import CheckEngine
import CheckKit
import Checks
import FoundationEssentials
import Observations
import Reporting
import Testing

@Suite struct SchemaTests {
    private static let facts = Result { try Plan(running: nil, from: Plugin.builtIn).knownFacts }

    private func schema(_ name: Schemas) throws -> SchemaCheck { SchemaCheck(name.value(try Self.facts.get())) }

    private func value(_ text: String) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    /// Every sixth domain, and one of each letter; `make test-formats` takes all.
    private static let domains = Result {
        let some = try CorpusReports.domains().enumerated().filter { $0.offset % 6 == 0 }.map(\.element)
        return Set(some).union(CorpusReports.letters.values).sorted()
    }

    @Test func `A report over the corpus is what its schema says, and nothing is left untold`() throws {
        let check = try schema(.report)
        for domain in try Self.domains.get() {
            let json = try CorpusReports.shared.get().reports(domain, "default", "cisa-bod-18-01").json()
            #expect(check.problems(of: try value(json)) == [], "\(domain)")
        }
    }

    @Test(arguments: Situation.allCases) func `So is a report that was made up`(_ situation: Situation) throws {
        #expect(try schema(.report).problems(of: try value(situation.sample().report().json())) == [])
    }

    @Test func `The line at the end of a run is what its schema says`() throws {
        let reports = try CorpusReports.shared.get().reports("expired.test", "default")
        let line = try #require(ReportFormat.named("ndjson")).write(reports, ReportFormat.Layout())
        #expect(line.hasSuffix("}\n") && line.count { $0 == "\n" } == 1)
        #expect(try schema(.events).problems(of: try value(line)) == [])
    }

    @Test func `Saved evidence is what its schema says, and so is each fact`() throws {
        let whole = try schema(.evidence)
        let each = try schema(.facts)
        for domain in CorpusReports.letters.values.sorted() {
            let evidence = try value(try CorpusReports.evidence(of: domain))
            #expect(whole.problems(of: evidence) == [], "\(domain)")
            guard case .array(let facts)? = evidence["facts"] else { continue }
            for fact in facts { #expect(each.problems(of: fact) == [], "\(domain)") }
        }
    }

    @Test(arguments: [
        ("{}", "is missing"), (#"{"a": 1, "b": "x", "c": true}"#, ".c: the schema does not tell"),
        (#"{"a": "x", "b": "x"}"#, ".a: is no"), (#"{"a": 1, "b": "z"}"#, "no such word"),
    ]) func `What is not as a schema says is found`(_ text: String, _ problem: String) throws {
        let schema = try value(
            """
            {"type": "object", "required": ["a", "b"],
             "properties": {"a": {"type": "integer"}, "b": {"enum": ["x", "y"]}}}
            """)
        #expect(SchemaCheck(schema).problems(of: try value(text)).contains { $0.contains(problem) })
    }
}
