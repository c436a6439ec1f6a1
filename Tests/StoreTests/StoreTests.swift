import CheckEngine
import CheckKit
import FoundationEssentials
import GRDB
import MailModel
import Testing

@testable import Store

/// A store of facts, verdicts and waits.
@Suite("A store", .timeLimit(.minutes(10)))
struct StoreTests {
    /// A fact that differs at each look in its number, and lasts in its text.
    struct Banner: ServerFact, Hashable {
        static let id: FactID = "toy.banner"
        var text: String
        var number = 0
        var lasting: Banner { Banner(text: text) }
    }

    /// What was answered in the name of a domain.
    struct Note: NamedFact, Hashable {
        static let id: FactID = "toy.note"
        var words: [String]
        init(_ words: [String]) { self.words = words }
        init(joining parts: [Note]) { words = parts.flatMap(\.words) }
    }

    /// What a domain publishes, with a number that differs at each look.
    struct Notice: DomainFact, Hashable {
        static let id: FactID = "toy.notice"
        var text: String
        var number: Int
        var lasting: Notice { Notice(text: text, number: 0) }
    }

    static let instant = Date(timeIntervalSince1970: 1_790_000_000)
    static let server = MailServer(host: name("mx.example"), address: IPAddress("192.0.2.1")!)
    static let question = FactQuestion(Banner.id, at: .server(server), conditions: "c")

    /// A folder that is gone when the test ends.
    final class Folder {
        let url = FileManager.default.temporaryDirectory.appending(path: "mailgrade-\(UInt64.random(in: 0 ... .max))")
        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(at: url) }
        var file: String { url.appending(path: "store").path }
    }

    private let folder: Folder
    private let clock = Locked(Self.instant)

    init() throws { folder = try Folder() }

    private func open(_ ages: Store.Ages = .init(settled: .seconds(3600), open: .seconds(60))) throws -> Store {
        try Store(file: folder.file, known: [Banner.factType, Note.factType], ages: ages) { [clock] in
            clock.withLock { $0 }
        }
    }

    private func banner(_ text: String, _ number: Int = 0, open: Bool = false, named: [any NamedFact] = [])
        -> SharedFact
    {
        SharedFact(
            .present(Banner(text: text, number: number)), seen: clock.withLock { $0 }, by: name("one.example"),
            named: named,
            leavesOpen: open)
    }

    private func pass(_ seconds: Double) { clock.withLock { $0 += seconds } }

    @Test(
        "knows a fact at once, and after it was closed and opened again, with when it was seen, by whom, and what was named"
    )
    func kept() async throws {
        do {
            let store = try open()
            await store.keep(banner("hello", 7, named: [Note(["a"])]), Self.question)
            #expect(await store.fact(Self.question)?.observed.value as? Banner == Banner(text: "hello", number: 7))
            try await store.close()
        }
        let store = try open()
        let fact = try #require(await store.fact(Self.question))
        #expect(fact.observed.value as? Banner == Banner(text: "hello", number: 7))
        #expect(fact.seen == Self.instant)
        #expect(fact.domain == name("one.example"))
        #expect(fact.named.map { $0 as? Note } == [Note(["a"])])
        #expect(await store.fact(FactQuestion(Banner.id, at: .server(Self.server), conditions: "other")) == nil)
    }

    @Test("one file has everything once it is closed: others beside it are needed no more")
    func oneFile() async throws {
        let store = try open()
        await store.keep(banner("hello"), Self.question)
        try await store.close()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.url.path) where name != "store" {
            try FileManager.default.removeItem(at: folder.url.appending(path: name))
        }
        #expect(await (try open()).fact(Self.question) != nil)
    }

    @Test("keeps an absence, and one that leaves something open for a shorter time")
    func ages() async throws {
        let store = try open()
        let other = FactQuestion(
            Banner.id, at: .server(MailServer(host: name("b.example"), address: Self.server.address)))
        await store.keep(banner("hello"), Self.question)
        await store.keep(
            SharedFact(.absent(.failed(.refused)), seen: Self.instant, by: name("one.example"), leavesOpen: true), other
        )
        try await store.flush()
        #expect(await store.fact(other)?.observed.absence == .failed(.refused))
        pass(61)
        #expect(await store.fact(other) == nil)
        #expect(await store.fact(Self.question) != nil)
    }

    @Test(
        "what was young enough when it was opened stays so, and what it was told since then; opened again, it is too old"
    )
    func long() async throws {
        do {
            let store = try open()
            await store.keep(banner("hello"), Self.question)
            try await store.flush()
            pass(4000)
            #expect(await store.fact(Self.question) != nil)
            try await store.close()
        }
        #expect(await (try open()).fact(Self.question) == nil)
    }

    @Test("what was seen in the future, by a clock that was ahead, is not known, and hides nothing that is seen later")
    func future() async throws {
        pass(86_400)
        do {
            let store = try open()
            await store.keep(banner("tomorrow"), Self.question)
            try await store.flush()
            #expect(await store.fact(Self.question) != nil)
            // The clock is set right while the process runs: it has seen that itself.
            pass(-86_400)
            #expect(await store.fact(Self.question) != nil)
            try await store.close()
        }
        do {
            let store = try open()
            #expect(await store.fact(Self.question) == nil)
            await store.keep(banner("today"), Self.question)
            try await store.flush()
            #expect(await store.fact(Self.question)?.observed.value as? Banner == Banner(text: "today"))
            try await store.close()
        }
        pass(60)
        let store = try open()
        let fact = try #require(await store.fact(Self.question))
        #expect(fact.observed.value as? Banner == Banner(text: "today") && fact.seen == Self.instant)
        await store.keep(banner("today", 2), Self.question)
        try await store.flush()
        #expect(try store.factChanges(since: Self.instant).map { ($0.before.value as? Banner)?.text } == ["tomorrow"])
    }

    @Test("what was seen in the future and is seen the same today is known from today on")
    func sameInFuture() async throws {
        pass(86_400)
        do {
            let store = try open()
            await store.keep(banner("hello"), Self.question)
            try await store.close()
        }
        pass(-86_400)
        do {
            let store = try open()
            await store.keep(banner("hello"), Self.question)
            try await store.close()
        }
        #expect(await (try open()).fact(Self.question)?.seen == Self.instant)
    }

    @Test("what is open and was seen before the clock was set back is looked at again, and not left alone for a day")
    func openInFuture() async throws {
        let store = try open()
        pass(86_400)
        await store.keep(banner("421", open: true), Self.question)
        try await store.flush()
        #expect(await store.fact(Self.question) != nil)
        pass(-86_400)
        #expect(await store.fact(Self.question) == nil)
        await store.keep(banner("421", open: true), Self.question)
        try await store.flush()
        #expect(await store.fact(Self.question) != nil)
    }

    @Test("a verdict of the future does not outlive those that come after it")
    func futureVerdict() async throws {
        let store = try open()
        for (grade, seconds) in [("A", 86_400.0), ("B", -86_340), ("C", 60)] {
            pass(seconds)
            let judged = clock.withLock { $0 }
            store.keep(
                StoredVerdict(
                    state: "graded", grade: grade, result: "{\"grade\":\"\(grade)\"}", engine: "1", judged: judged,
                    due: judged + 50),
                of: name("a.example"), under: "default x")
            try await store.flush()
            #expect(try store.verdicts(of: [name("a.example")], under: "default x")[name("a.example")]?.grade == grade)
        }
        #expect(try store.lastFirmLetter(of: name("a.example"), under: "default x")?.letter == "C")
        let changes = try store.verdictChanges(since: Self.instant)
        #expect(changes.map { [$0.before.grade, $0.after.grade] } == [["A", "B"], ["B", "C"]])
    }

    @Test("whoever wants all anew has what was seen since then, even what is open, for as long as he says")
    func anew() async throws {
        let store = try open(.init(settled: .zero, open: .zero, retry: .seconds(60)))
        clock.withLock { $0 += 0.5 }
        await store.keep(banner("hello", open: true), Self.question)
        try await store.flush()
        #expect(await store.fact(Self.question) != nil)
        pass(59)
        #expect(await store.fact(Self.question) != nil)
        pass(1)
        #expect(await store.fact(Self.question) == nil)
    }

    @Test("remembers at which addresses hosts differ, for as long as what they have shown is young")
    func differing() async throws {
        let store = try open()
        store.noteDiffering(Self.server.address, at: clock.withLock { $0 })
        try await store.flush()
        #expect(try store.differing() == [Self.server.address])
        pass(3601)
        #expect(try store.differing() == [])
    }

    @Test("where the file is damaged, one sentence says so, and no SQL")
    func malformed() async throws {
        let store = try open()
        try await store.pool.write { try $0.execute(sql: "DROP TABLE waiting") }
        let problem = #expect(throws: StoreProblem.self) { try store.waiting() }
        #expect(problem?.description == "The store cannot be read: no such table: waiting.")
    }

    @Test("has one row for each change, and none for what differs at each look")
    func changes() async throws {
        let store = try open()
        for (text, number) in [("a", 1), ("a", 2), ("b", 3), ("b", 4), ("a", 5)] {
            await store.keep(banner(text, number), Self.question)
            try await store.flush()
            pass(10)
        }
        let rows = try await store.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sighting") }
        #expect(rows == 3)
        #expect((await store.fact(Self.question)?.observed.value as? Banner)?.number == 5)
        await store.keep(banner("a", 6), Self.question)
        try await store.flush()
        #expect(
            (await store.fact(Self.question)?.observed.value as? Banner)?.number == 6, "the last look is what is kept")
        let changes = try store.factChanges(since: Self.instant)
        #expect(changes.map { ($0.before.value as? Banner)?.text } == ["a", "b"])
        #expect(changes.map { ($0.after.value as? Banner)?.text } == ["b", "a"])
        #expect(changes.map(\.until) == [Self.instant + 10, Self.instant + 30])
        #expect(changes.map(\.since) == [Self.instant + 20, Self.instant + 40])
    }

    @Test("keeps equal bodies once, and compresses them by what others have shown")
    func bodies() async throws {
        let store = try open()
        for index in 0..<400 {
            let question = FactQuestion(
                Banner.id, at: .server(MailServer(host: name("h\(index).example"), address: Self.server.address)))
            await store.keep(
                banner(String(repeating: "ESMTP of the provider, number \(index % 200) ", count: 20)), question)
            if index % 100 == 99 { try await store.flush() }
        }
        try await store.flush()
        let (count, packed, size, kinds) = try await store.pool.read { db in
            (
                try Int.fetchOne(db, sql: "SELECT count(*) FROM body"),
                try Int.fetchOne(db, sql: "SELECT sum(length(bytes)) FROM body"),
                try Int.fetchOne(db, sql: "SELECT sum(size) FROM body"),
                try String.fetchAll(db, sql: "SELECT kind FROM dictionary")
            )
        }
        #expect(count == 200)
        #expect(try #require(packed) * 5 < #require(size))
        // One for each kind of text, and all are of one.
        #expect(kinds == [Banner.id.text])
        let last = FactQuestion(
            Banner.id, at: .server(MailServer(host: name("h399.example"), address: Self.server.address)))
        #expect(
            (await store.fact(last)?.observed.value as? Banner)?.text.hasPrefix("ESMTP of the provider, number 199")
                == true)
    }

    @Test("gives the last verdict of each domain, and says which are due")
    func verdicts() async throws {
        let store = try open()
        func keep(_ domain: String, _ grade: String, due: Double) {
            store.keep(
                StoredVerdict(
                    state: "graded", grade: grade, result: "{\"grade\":\"\(grade)\"}", engine: "1",
                    judged: clock.withLock { $0 }, due: clock.withLock { $0 } + due), of: name(domain),
                under: "default x")
        }
        keep("a.example", "A", due: 100)
        keep("b.example", "B", due: 50)
        try await store.flush()
        pass(60)
        #expect(try store.domainsDue(under: "default x", at: clock.withLock { $0 }) == ["b.example"])
        keep("b.example", "C", due: 100)
        try await store.flush()
        let found = try store.verdicts(
            of: [name("a.example"), name("b.example"), name("c.example")], under: "default x")
        #expect(found.mapValues(\.grade) == [name("a.example"): "A", name("b.example"): "C"])
        #expect(try store.verdicts(of: [name("a.example")], under: "other") == [:])
        let changes = try store.verdictChanges(since: Self.instant)
        #expect(changes.map { [$0.before.grade, $0.after.grade] } == [["B", "C"]])
        #expect(try store.domainsDue(under: "default x", at: clock.withLock { $0 }) == [])
        keep("b.example", "D", due: 5)
        pass(10)
        keep("a.example", "B", due: -1)
        try await store.flush()
        #expect(
            try store.domainsDue(under: "default x", at: clock.withLock { $0 }) == ["a.example", "b.example"],
            "the last verdict counts")
    }

    @Test("a change of a verdict says when the one before was given for the last time")
    func lastGiven() async throws {
        let store = try open()
        for (grade, seconds) in [("A", 0.0), ("A", 100), ("B", 200)] {
            let judged = Self.instant + seconds
            store.keep(
                StoredVerdict(
                    state: "graded", grade: grade, result: "{\"grade\":\"\(grade)\"}", engine: "1", judged: judged,
                    due: judged + 50),
                of: name("a.example"), under: "default x")
        }
        try await store.flush()
        let change = try #require(try store.verdictChanges(since: Self.instant).first)
        #expect(change.before.judged == Self.instant + 100 && change.after.judged == Self.instant + 200)
    }

    @Test("remembers who turned us away until he does not")
    func waits() async throws {
        let store = try open()
        let wait = StoredWait(until: Self.instant + 100, attempts: 2, sign: "421 too many")
        store.wait(Self.server.address, wait)
        try await store.flush()
        #expect(try store.waiting() == [Self.server.address: wait])
        store.wait(Self.server.address, nil)
        try await store.flush()
        #expect(try store.waiting() == [:])
    }

    @Test("is one process's at a time, and no other file is taken for one")
    func refused() throws {
        let store = try open()
        #expect(throws: StoreProblem.self) { try open() }
        withExtendedLifetime(store) {}
        let other = folder.url.appending(path: "text").path
        try Data("This is no database, and long enough to be none.".utf8).write(to: URL(filePath: other))
        #expect(throws: StoreProblem.self) {
            try Store(file: other, known: [], ages: .init(settled: .zero, open: .zero))
        }
    }

    @Test("is one process's at a time whatever links lead to it, and has one name")
    func links() async throws {
        let ages = Store.Ages(settled: .zero, open: .zero)
        let link = folder.url.appending(path: "link").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "store")
        let store = try open()
        #expect(throws: StoreProblem.self) { try Store(file: link, known: [], ages: ages) }
        try await store.close()
        try await Store(file: link, known: [], ages: ages).close()
        let twin = folder.url.appending(path: "twin").path
        try FileManager.default.linkItem(atPath: folder.file, toPath: twin)
        let problem = try #require(throws: StoreProblem.self) { try Store(file: twin, known: [], ages: ages) }
        #expect(problem.description.contains("2 names"))
        #expect(throws: StoreProblem.self) { try open() }
    }

    @Test("a store that is to be there is not made, and one of a process that was killed is there")
    func isThere() async throws {
        let ages = Store.Ages(settled: .zero, open: .zero)
        let store = try open()
        store.wait(Self.server.address, StoredWait(until: Self.instant, attempts: 1, sign: "421"))
        try await store.flush()
        // What it had in its log, and nothing else of it, is what a copy has.
        let copy = folder.url.appending(path: "copy").path
        for ending in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: folder.file + ending, toPath: copy + ending)
        }
        #expect(try Store(file: copy, known: [], ages: ages, isThere: true).waiting().count == 1)
        try await store.close()
        #expect(try Store(file: folder.file, known: [], ages: ages, isThere: true).waiting().count == 1)
        let none = folder.url.appending(path: "none").path
        #expect(throws: StoreProblem.self) { try Store(file: none, known: [], ages: ages, isThere: true) }
        #expect(!FileManager.default.fileExists(atPath: none))
        let empty = folder.url.appending(path: "empty").path
        try Data().write(to: URL(filePath: empty))
        #expect(throws: StoreProblem.self) { try Store(file: empty, known: [], ages: ages, isThere: true) }
        #expect(FileManager.default.contents(atPath: empty) == Data())
    }

    @Test("what a domain publishes is one row while nothing changes but what differs at each look")
    func domainFactsLast() async throws {
        let store = try Store(
            file: folder.file, known: [Notice.factType], ages: .init(settled: .zero, open: .zero),
            now: { [clock] in clock.withLock { $0 } })
        for (number, text) in ["one", "one", "one", "two"].enumerated() {
            pass(60)
            var evidence = Evidence(
                domain: name("one.example"), collectedAt: clock.withLock { $0 }, settings: RunSettings())
            evidence.settle(Slot(Notice.id, .domain), .present(Notice(text: text, number: number)))
            await store.keep(evidence, "c")
            try await store.flush()
        }
        #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sighting") } == 2)
        #expect(try store.factChanges(since: Self.instant).count == 1)
    }

    @Test("what a later version has written is left alone")
    func later() async throws {
        let store = try open()
        try await store.pool.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('999')") }
        try await store.close()
        let problem = #expect(throws: StoreProblem.self) { try open() }
        #expect(problem?.description.contains("later version") == true)
    }

    @Test(
        "a body that is damaged is as if it were not there, in a row of its own or in that which has it",
        arguments: [1, 2])
    func damaged(times: Int) async throws {
        let store = try open()
        for _ in 0..<times {
            await store.keep(banner(String(repeating: "hello ", count: 50)), Self.question)
            try await store.flush()
            pass(1)
        }
        try await store.pool.write { db in
            try db.execute(sql: "UPDATE body SET bytes = x'00ff00ff'")
            try db.execute(sql: "UPDATE sighting SET body = x'ff' WHERE typeof(body) = 'blob'")
        }
        #expect(await store.fact(Self.question) == nil)
    }

    @Test(
        "what is small stands in its row the first time it is met, and once for all from the second on",
        arguments: [5, 500])
    func small(length: Int) async throws {
        let store = try open()
        func question(_ index: Int) -> FactQuestion {
            FactQuestion(
                Banner.id, at: .server(MailServer(host: name("h\(index).example"), address: Self.server.address)))
        }
        func kinds() throws -> [String] {
            try store.read { try String.fetchAll($0, sql: "SELECT typeof(body) FROM sighting ORDER BY place") }
        }
        let text = String(repeating: "x", count: length)
        for index in 0..<3 { await store.keep(banner(text), question(index)) }
        await store.keep(banner("another"), question(3))
        try await store.flush()
        #expect(try kinds() == ["blob", "integer", "integer", "blob"])
        #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM body") } == 1)
        for index in 0..<3 {
            #expect((await store.fact(question(index))?.observed.value as? Banner)?.text == text)
        }
        pass(10)
        await store.keep(banner("changed"), question(0))
        await store.keep(banner(text, 1), question(1))
        try await store.flush()
        let changes = try store.factChanges(since: Self.instant)
        #expect(changes.map { ($0.before.value as? Banner)?.text } == [text])
        #expect(changes.map { ($0.after.value as? Banner)?.text } == ["changed"])
    }

    @Test(
        "octets that are no body are none", arguments: ["", "80", "ffffffffffffffffff7f", "0580", "0a00ff", "0a07ff"])
    func own(hex: String) async throws {
        let store = try open()
        let octets = stride(from: 0, to: hex.count, by: 2).compactMap { UInt8(hex.dropFirst($0).prefix(2), radix: 16) }
        #expect(store.bodies.unpack(own: Data(octets)) == nil)
    }
}

/// A name that is certainly one.
func name(_ text: String) -> DomainName {
    guard let name = try? DomainName(input: text) else { preconditionFailure("\(text) is no name") }
    return name
}
