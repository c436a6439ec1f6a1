import MailModel
import Testing

/// Files whose size nobody vouches for, and durations as people write them.
@Suite("Reading files") struct BoundedFileTests {
    @Test("an endless file is read up to the limit and no further")
    func endlessFile() {
        #expect(throws: BoundedFile.Unreadable.tooLarge(limit: 1_000)) {
            try BoundedFile.read("/dev/zero", limit: 1_000)
        }
    }

    @Test("what is not a file says why", arguments: ["/nowhere/p.yaml", "/", ""])
    func unreadable(path: String) throws {
        let failure = #expect(throws: BoundedFile.Unreadable.self) { try BoundedFile.read(path, limit: 10) }
        #expect(try #require(failure).reason.isEmpty == false)
    }

    @Test(
        "durations are numbers with units, the larger unit first",
        arguments: [
            ("90s", 90), ("2m", 120), ("1m30s", 90), ("1.5h", 5_400), ("14d", 1_209_600), ("500ms", 0.5), ("0s", 0),
        ])
    func duration(text: String, seconds: Double) {
        #expect(Duration(text: text) == .seconds(seconds))
    }

    @Test(
        "anything else is no duration",
        arguments: [
            "", "90", "s", "-1s", "1s1m", "1m1m", "1.s", ".5s", "1 s", "1S", "1e3s", "٣s", "99999999999999999999d",
            "1s ",
            "1..5s", "1mm",
        ])
    func noDuration(text: String) {
        #expect(Duration(text: text) == nil)
    }
}
