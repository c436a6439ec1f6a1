import CheckKit
import Checks
import FoundationEssentials
import Grading
import Observations
import Testing

/// The schema beside the profiles is written from the registered checks: `make docs` writes it, this suite compares.
@Suite struct ProfileSchemaTests {
    @Test("the schema for editors says what the code says")
    func docsAreCurrentForProfiles() throws {
        let file = GeneratedFile(path: "Profiles/schema.json", text: try ProfileSchema(Catalog(Plugin.builtIn)).json())
        let difference = try file.difference(recordedBy: "RECORD_DOCS", hint: "make docs")
        #expect(difference == nil)
    }

    @Test("so does the schema of the cases beside profiles")
    func docsAreCurrentForCases() throws {
        let file = GeneratedFile(
            path: "Profiles/tests.schema.json", text: try CaseSchema(Catalog(Plugin.builtIn)).json())
        let difference = try file.difference(recordedBy: "RECORD_DOCS", hint: "make docs")
        #expect(difference == nil)
    }

    @Test("every reference in them leads somewhere", arguments: [true, false])
    func references(isOfProfiles: Bool) throws {
        let catalog = Catalog(Plugin.builtIn)
        let text = try isOfProfiles ? ProfileSchema(catalog).json() : CaseSchema(catalog).json()
        let names = text.split(separator: "\"#/$defs/").dropFirst().compactMap { $0.split(separator: "\"").first }
        let schema = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        guard case .object(let top) = schema, case .object(let definitions) = top["$defs"] else {
            Issue.record("no definitions")
            return
        }
        #expect(Set(names.map(String.init)) == Set(definitions.keys))
    }
}
