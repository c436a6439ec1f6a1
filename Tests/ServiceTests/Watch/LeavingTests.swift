import CheckKit
import FoundationEssentials
import MailModel
import Store
import Testing

@testable import Service

/// Domains that are in several lists, and those that are not looked at any more.
@Suite("Domains that come and go", .timeLimit(.minutes(10)))
struct LeavingTests {
    private static let start = Date(timeIntervalSince1970: 1_790_000_000)

    /// Alerts of every kind at one server, seen at some domains, and told.
    private func told(_ names: [String], _ kinds: [Sign.Kind] = [.drop, .change, .certificate, .forecast])
        -> AlertBook
    {
        var book = AlertBook()
        for seconds in [0.0, 900] {
            for name in names {
                let signs = kinds.map { Sign($0, at: .host(domain("mx.example")), "It is so.") }
                book.absorb(Look(list: "ours", domain: domain(name), signs: signs), at: Self.start + seconds)
            }
        }
        #expect(book.messages(at: Self.start + 900, remind: nil) { _ in false }.count == kinds.count)
        return book
    }

    private func ends(_ book: inout AlertBook) -> [String] {
        book.messages(at: Self.start + 1000, remind: nil) { _ in false }.map { "\($0.stage.rawValue) \($0.kind)" }
    }

    @Test("two lists with the same domain both hear of a drop")
    func twoLists() async throws {
        let world = try WatcherTests.World()
        world.shows.withLock { $0["one.example"] = "modern" }
        var configuration = WatcherTests.configuration(["one.example"], [.drop])
        configuration.lists["theirs"] = configuration.lists["ours"]
        let watcher = try world.watcher(configuration)
        try await watcher.begin()
        world.pass(3600)
        try await world.drain(watcher)
        world.shows.withLock { $0["one.example"] = "expired" }
        // Each list looks at a time of its own; a day has one for each.
        for _ in 0..<100 {
            world.pass(1800)
            try await world.drain(watcher)
        }
        let messages = try world.messages()
        #expect(messages.map(\.list).sorted() == ["ours", "theirs"] && messages.allSatisfy { $0.kind == "drop" })
    }

    @Test("what was seen at a domain that was taken out of its list is over, and that is told")
    func takenOut() {
        var book = told(["one.example"])
        book.keep(lists: ["ours": ["two.example"]], at: Self.start + 1000)
        #expect(ends(&book).sorted() == ["closed certificate", "closed drop", "closed forecast"])
        #expect(book.all.filter { $0.state != .closed }.map(\.kind) == [.change], "a change is over by itself")
    }

    @Test("what still holds at another domain of the list goes on without the one that was taken out")
    func takenOutOfSeveral() {
        var book = told(["one.example", "two.example"], [.drop])
        book.keep(lists: ["ours": ["two.example"]], at: Self.start + 1000)
        #expect(ends(&book).isEmpty)
        #expect(book.all.map(\.details.domains) == [["two.example"]])
    }

    @Test("nobody is told of the end of a list that is gone")
    func listGone() {
        var book = told(["one.example"])
        book.keep(lists: [:], at: Self.start + 1000)
        #expect(ends(&book).isEmpty && book.all.allSatisfy { $0.state == .closed })
    }

    @Test("what was seen at a domain that is left alone is over; what the DNS shows goes on where only servers are")
    func leftAlone() {
        var book = told(["one.example"])
        book.leaveAlone(domain("one.example"), list: "ours", onlyServers: true, at: Self.start + 1000)
        #expect(ends(&book).sorted() == ["closed certificate", "closed drop"])
        book.leaveAlone(domain("one.example"), list: "ours", onlyServers: false, at: Self.start + 1000)
        #expect(ends(&book) == ["closed forecast"])
    }

    @Test("a domain whose owner wants no tests any more has no alerts any more")
    func optOut() async throws {
        let (world, watcher) = try await WatcherTests().fine([.gradeBelow("A+")])
        world.pass(86_400)
        try await world.drain(watcher)
        let opened = try world.messages()
        #expect(!opened.isEmpty && opened.allSatisfy { $0.stage == .opened })
        world.shows.withLock { shows in for name in WatcherTests.three { shows[name] = "left alone" } }
        world.pass(86_400)
        try await world.drain(watcher)
        let closed = try world.messages().dropFirst(opened.count)
        #expect(closed.map(\.alert).sorted() == opened.map(\.alert).sorted())
        #expect(closed.allSatisfy { $0.stage == .closed })
    }
}
