import CheckKit
import Checks
import MailgradeKit
import Observations
import Reporting
import Testing

/// The schemas under docs/schemas are written from the code: `make docs` writes them, this suite compares.
@Suite struct SchemaFilesTests {
    @Test("a schema in a file says what the code says", arguments: Schemas.allCases)
    func fileIsCurrent(_ schema: Schemas) throws {
        let text = try schema.json(try Policies.facts(Plugin.builtIn))
        let file = GeneratedFile(path: "docs/schemas/\(schema.rawValue).json", text: text)
        let difference = try file.difference(recordedBy: "RECORD_DOCS", hint: "make docs")
        #expect(difference == nil)
    }
}
