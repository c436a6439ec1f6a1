import CheckEngine
import Testing

/// What SECURITY.md and docs/releasing.md say of the sources.
@Suite struct PromiseTests {
    /// What hands alerts to the operator's own relay: nobody else's server is named there.
    private static let ownRelay = "Sources/LiveWire/Sending/MailSubmission.swift"

    @Test(
        "no message is sent: nothing in the sources says DATA or BDAT to a tested server",
        arguments: ["Checks", "Sources"])
    func noData(room: String) throws {
        for (path, lines) in try Repository.sources(below: room) where path != Self.ownRelay {
            for line in lines where line.contains(/"(DATA|BDAT)\b(?!-)/.ignoresCase()) {
                Issue.record("\(path) may send a message: \(line)")
            }
        }
    }

    @Test("the newest heading of the change log is the version of the engine")
    func version() throws {
        let log = try #require(Repository.text("CHANGELOG.md"))
        let heading = try #require(log.firstMatch(of: /\n## ([0-9.]+) \((?:not released|[0-9-]{10})\)\n/))
        #expect(heading.1 == Engine.version, "They change together: docs/releasing.md says when.")
    }
}
