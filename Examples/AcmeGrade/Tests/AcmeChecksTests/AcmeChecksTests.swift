import AcmeChecks
import CheckKit
import Testing

@Suite struct AcmeChecksTests {
    @Test(
        "every example leads to the verdict it shows, and there is one for each finding and one that passes",
        arguments: Plugin.acme.checks.map(\.id))
    func examples(_ id: String) throws {
        let check = try #require(Plugin.acme.checks.first { $0.id == id })
        for example in check.examples() {
            #expect(example.holds, "\(example.title): expected \(example.expected), not \(example.actual)")
        }
        let shown = check.examples().flatMap(\.actual.findings).map(\.code)
        #expect(Set(shown) == Set(check.findings.map(\.code)))
        #expect(check.examples().contains { $0.actual == .passed })
    }
}
