import FoundationEssentials
import Testing

@Suite struct RuleCoverageTests {
    private static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The text of every test of MTA-STS, TLS-RPT and the fetching of policies.
    private func texts() throws -> String {
        try ["ChecksTests/MTASTS", "ChecksTests/TLSRPT", "LiveWireTests/HTTPS"].map { folder in
            let folder = Self.tests.appending(path: folder)
            return try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
                .filter { $0.hasSuffix(".swift") && $0 != "RuleCoverageTests.swift" }
                .map { String(decoding: try Data(contentsOf: folder.appending(path: $0)), as: UTF8.self) }.joined()
        }.joined()
    }

    @Test("every rule of MTA-STS and TLS-RPT is the name of a test, or listed as not observable with the reason")
    func everyRule() throws {
        let texts = try texts()
        let page = Self.tests.appending(path: "ChecksTests/MTASTS/RuleCoverage.md")
        let listed = String(decoding: try Data(contentsOf: page), as: UTF8.self)
        for (prefix, count) in [("STS", 32), ("RPT", 8)] {
            for number in 1...count {
                let rule = "\(prefix)-\(number < 10 ? "0" : "")\(number)"
                let isNamed =
                    texts.contains("\"\(rule):") || texts.contains("\(rule) and ") || texts.contains(" and \(rule):")
                #expect(isNamed != listed.contains("| \(rule) |"), "\(rule)")
            }
        }
    }
}
