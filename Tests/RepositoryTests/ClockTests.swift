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

    /// Where the clock on the wall is read; all others are handed the instant, or a closure that tests replace.
    private static let readers = [
        "Sources/Batch/BatchRun.swift", "Sources/LiveWire/HTTPS/HTTPSConversation.swift",
        "Sources/LiveWire/SMTP/LiveSMTPConnection.swift", "Sources/LiveWire/Sending/PeerIdentity.swift",
        "Sources/LiveWire/Sending/WebPosting.swift", "Sources/LiveWire/TLS/PathBuilder.swift",
        "Sources/MailgradeCommand/Running/ThisMachine.swift",
        "Sources/MailgradeKit/Mailgrade.swift", "Sources/Service/Runs/RunMeans.swift",
        "Sources/Service/Watch/Looks.swift", "Sources/Service/Watch/Outbox.swift",
        "Sources/Service/Watch/Watcher.swift", "Sources/ServiceCommand/JSONLogHandler.swift",
        "Sources/Store/Store.swift",
    ]

    @Test("the clock on the wall is read once in each place that is named here, and nowhere else")
    func readers() throws {
        var found: [String] = []
        for (path, lines) in try Repository.sources(below: "Sources") {
            // What a browser runs has a clock of its own.
            for line in lines where !line.contains("const n=Date.now()") {
                if ["Date()", "Date.now", "timeIntervalSinceNow", "Date = .now", " at: .now"]
                    .contains(where: { line.contains($0) })
                {
                    found.append(path)
                }
            }
        }
        #expect(found.sorted() == Self.readers)
    }

    @Test("nothing waits or measures by a clock that somebody may set, or that stands still while the machine sleeps")
    func monotonic() throws {
        let clocks = [
            "DispatchWallTime", "wallDeadline", "gettimeofday", "CLOCK_REALTIME", "CFAbsoluteTime", "time(nil)",
            "SuspendingClock", "UTCClock", "Timer.scheduled", "systemUptime", "sleep(until: Date",
        ]
        for room in ["Sources", "Checks"] {
            for (path, lines) in try Repository.sources(below: room) {
                for line in lines where clocks.contains(where: { line.contains($0) }) {
                    Issue.record("\(path) uses a clock that may jump: \(line)")
                }
            }
        }
    }
}
