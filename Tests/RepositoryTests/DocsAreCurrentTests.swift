import CheckKit
import Checks
import Observations
import Reporting
import Testing

/// The pages under Checks are written from the code: `make docs` writes them, this suite compares.
@Suite struct DocsAreCurrentTests {
    static let pages = DocumentationWriter.pages(for: Plugin.builtIn)

    @Test("a generated page says what the code says", arguments: pages.keys.sorted())
    func pageIsCurrent(_ path: String) throws {
        let page = GeneratedFile(path: path, text: try #require(Self.pages[path]))
        let difference = try page.difference(recordedBy: "RECORD_DOCS", hint: "make docs")
        #expect(difference == nil)
    }

    @Test(
        "a page shows every finding code, its remedy and every example of its checks",
        arguments: Plugin.judgements.map(\.name))
    func pageIsComplete(_ name: String) throws {
        let plugin = try #require(Plugin.builtIn.first { $0.name == name })
        // A check that is only begun has no page.
        guard let plugin = plugin.written else { return }
        let page = try #require(Self.pages["Checks/\(name)/README.md"])
        for check in plugin.checks {
            #expect(page.contains("## \(check.id)\n"))
            for finding in check.findings { #expect(page.contains("| `\(finding.code)`"), "\(finding.code)") }
            for example in check.examples() where example.title.allSatisfy({ !"*_[]<>|\\`".contains($0) }) {
                #expect(page.contains("| \(example.title) | "), "\(example.title)")
            }
        }
    }

    @Test("the index lists every check")
    func indexIsComplete() throws {
        let index = try #require(Self.pages["Checks/README.md"])
        for check in Plugin.builtIn.compactMap(\.written).flatMap(\.checks) {
            #expect(index.contains("| `\(check.id)` |"), "\(check.id)")
        }
    }
}
