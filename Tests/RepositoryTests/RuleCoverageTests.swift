import Testing

/// The pages RuleCoverage.md below Tests list the numbered rules that the checks follow, as `STS-01 to STS-32`. Under the
/// heading "Not observable" they list those that no test can show, with the reason.
@Suite struct RuleCoverageTests {
    /// A numbered rule: `DANE-16`.
    struct Rule: Hashable, Comparable, CustomStringConvertible {
        let prefix: Substring
        let number: Int

        var description: String { "\(prefix)-\(number < 10 ? "0" : "")\(number)" }

        static func < (left: Rule, right: Rule) -> Bool { left.description < right.description }
    }

    private static let pages: [String] = {
        let files = (try? Repository.files(below: "Tests")) ?? []
        return files.filter { $0.hasSuffix("/RuleCoverage.md") }.compactMap(Repository.text)
    }()

    /// Every rule of the pages.
    private static let rules = Set(
        pages.flatMap { page in
            page.matches(of: /([A-Z]+)-([0-9]{2}) to ([A-Z]+)-([0-9]{2})/).flatMap { match -> [Rule] in
                guard match.1 == match.3, let first = Int(match.2), let last = Int(match.4), first <= last else {
                    return []
                }
                return (first...last).map { Rule(prefix: match.1, number: $0) }
            }
        })

    /// The rules that no test can show: first cells of the tables under "Not observable".
    private static let notObservable = Set(
        pages.flatMap { page in
            page.split(separator: "\n## ").filter { $0.hasPrefix("Not observable") }.flatMap { section in
                section.matches(of: /\n\| ([A-Z]+)-([0-9]{2}) \| [^|]+ \| [^|]+ \|/).compactMap { match in
                    Int(match.2).map { Rule(prefix: match.1, number: $0) }
                }
            }
        })

    /// The rules in front of the colon in names of tests: `DANE-13, DANE-14: which records …`.
    private static func named() throws -> Set<Rule> {
        var named: Set<Rule> = []
        for path in try Repository.files(below: "Tests") where path.hasSuffix(".swift") {
            for match in (Repository.text(path) ?? "").matches(of: /@Test\(\s*"([^"]+)"/) {
                guard let colon = match.1.firstIndex(of: ":") else { continue }
                for rule in match.1[..<colon].matches(of: /([A-Z]+)-([0-9]{2})/) {
                    if let number = Int(rule.2) { named.insert(Rule(prefix: rule.1, number: number)) }
                }
            }
        }
        return named
    }

    @Test("every rule of the pages is in the name of a test, or listed as not observable, never both")
    func everyRule() throws {
        let named = try Self.named()
        #expect(Self.rules.subtracting(named).subtracting(Self.notObservable).sorted() == [])
        #expect(Self.notObservable.intersection(named).sorted() == [])
        #expect(Self.notObservable.subtracting(Self.rules).sorted() == [])
    }

    @Test(
        "the pages list all rules on MTA-STS, TLS-RPT, DANE, DNSSEC, REQUIRETLS, STARTTLS, TLS, certificates and their names",
        arguments: [
            ("STS", 32), ("RPT", 8), ("DANE", 33), ("SEC", 6), ("RQ", 3), ("ST", 13), ("TLS", 26), ("PKIX", 9),
            ("ID", 6),
        ])
    func complete(prefix: Substring, count: Int) {
        let listed = Self.rules.filter { $0.prefix == prefix }
        #expect(listed == Set((1...count).map { Rule(prefix: prefix, number: $0) }))
    }
}
