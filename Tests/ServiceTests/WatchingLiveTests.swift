import CheckKit
import FoundationEssentials
import Hummingbird
import MailModel
import Testing

@testable import Service

@Suite struct WatchingLiveTests {
    /// The numbers and names of the events of a stream.
    private func events(_ text: String) -> [(number: Int?, name: String)] {
        text.split(separator: "\n\n").compactMap { block in
            let lines = block.split(separator: "\n")
            guard let name = lines.first(where: { $0.hasPrefix("event: ") })?.dropFirst(7) else { return nil }
            return (lines.first { $0.hasPrefix("id: ") }.flatMap { Int($0.dropFirst(4)) }, String(name))
        }
    }

    @Test("ten who watch see every event once, in order, to the end")
    func tenReaders() async throws {
        let site = try Site()
        site.gate.close()
        let id = try await site.asking { client async throws in
            try #require(try await client.call(#"{"domain":"example.com"}"#).json()["id"]?.string)
        }
        let streams = try await site.asking { client async throws in
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<10 { group.addTask { try await client.read("/runs/\(id)/events").text } }
                group.addTask {
                    let live = try #require(await site.service.desk.live(id))
                    while live.listeners < 10 { try await Task.sleep(for: .milliseconds(5)) }
                    site.gate.open()
                    return ""
                }
                return try await group.reduce(into: []) { $0.append($1) }.filter { !$0.isEmpty }
            }
        }
        #expect(streams.count == 10)
        let all = streams.map { events($0).map { "\($0.number ?? 0) \($0.name)" } }
        #expect(Set(all).count == 1)
        let seen = events(streams[0])
        #expect(seen.compactMap(\.number) == Array(1...seen.count))
        #expect(seen.last?.name == "ended")
        #expect(seen.contains { $0.name == "run" })
    }

    @Test("whoever comes back goes on behind the last event he has seen")
    func comingBack() async throws {
        let site = try Site()
        site.gate.close()
        let id = try await site.asking { client async throws in
            try #require(try await client.call(#"{"domain":"example.com"}"#).json()["id"]?.string)
        }
        let live = try #require(await site.service.desk.live(id))
        site.gate.open()
        try await site.rest()
        // The run is over, and this reader still has it.
        let whole = live.events(after: 0)
        #expect(whole.isOver)
        #expect(live.events(after: 3).events.first?.number == 4)
        #expect(live.events(after: 100_000).events.isEmpty)
        #expect(live.events(after: -5).events.count == whole.events.count)
        let later = try await site.asking { try await $0.read("/runs/\(id)/events", [.lastEvent: "3"]).text }
        #expect(events(later).map(\.name) == ["ended"])
    }

    @Test("whoever has a number of another process, which had begun the run before, sees all of it")
    func numberOfAnotherProcess() async throws {
        let site = try Site()
        site.gate.close()
        let id = try await site.asking { client async throws in
            try #require(try await client.call(#"{"domain":"example.com"}"#).json()["id"]?.string)
        }
        let live = try #require(await site.service.desk.live(id))
        let opening = Task {
            while live.listeners < 1 { try await Task.sleep(for: .milliseconds(5)) }
            site.gate.open()
        }
        let seen = events(try await site.asking { try await $0.read("/runs/\(id)/events", [.lastEvent: "9"]).text })
        try await opening.value
        #expect(seen.compactMap(\.number) == Array(1...seen.count))
        #expect(seen.last?.name == "ended")
    }

    @Test("the board of a run shows its servers, and the page without a script is complete")
    func pageWithoutScript() async throws {
        let site = try Site()
        site.gate.close()
        let id = try await site.asking { client async throws in
            try #require(try await client.call(#"{"domain":"example.com"}"#).json()["id"]?.string)
        }
        let page = try await site.asking { try await $0.read("/runs/\(id)") }
        #expect(page.text.contains("<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>"))
        #expect(page.text.contains("the domain"))
        #expect(page.text.contains("role=\"status\""))
        site.gate.open()
        try await site.rest()
        let report = try await site.asking { try await $0.read("/runs/\(id)") }
        #expect(!report.text.contains("http-equiv=\"refresh\""))
    }
}
