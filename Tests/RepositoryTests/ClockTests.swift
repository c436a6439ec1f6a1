import Testing

/// One instant for all dates of a run: the command reads the clock once, and hands it on.
@Suite struct ClockTests {
    @Test(
        "G45: nothing that observes, judges, grades or reports asks what day it is",
        arguments: [
            "Checks", "Sources/CheckEngine", "Sources/CheckKit", "Sources/Grading", "Sources/MailModel",
            "Sources/Reporting",
        ])
    func noClock(room: String) throws {
        let sources = try Repository.sources(below: room)
        #expect(!sources.isEmpty)
        for (path, lines) in sources {
            for line in lines
            where ["Date()", "Date.now", "timeIntervalSinceNow"].contains(where: { line.contains($0) }) {
                Issue.record("\(path) reads the clock: \(line)")
            }
        }
    }
}
