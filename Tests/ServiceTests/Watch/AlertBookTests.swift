import FoundationEssentials
import MailModel
import Store
import Testing

@testable import Service

/// How looks change alerts. Nothing waits: the time is what the test says.
@Suite("Alerts")
struct AlertBookTests {
    private static let start = Date(timeIntervalSince1970: 1_790_000_000)
    private static let host = Cause.host(domain("mx.provider.example"))
    private static let drop = Sign(.drop, at: host, "The certificate has expired.")

    private func at(_ seconds: TimeInterval) -> Date { Self.start.addingTimeInterval(seconds) }

    private func look(_ name: String, _ signs: [Sign] = [], list: String = "ours", settles: Bool = true) -> Look {
        Look(list: list, domain: domain(name), signs: signs) { _, _ in settles }
    }

    /// A book that tests may change wherever they look at it.
    private final class Book {
        var book: AlertBook
        var all: [Alert] { book.all }
        init(_ stored: [StoredAlert] = []) { book = AlertBook(stored) }
        func absorb(_ look: Look, at instant: Date, touched: (Cause) -> [DomainName] = { _ in [] }) {
            book.absorb(look, at: instant, touched: touched)
        }
        func takeChanges() -> Store.AlertChanges { book.takeChanges() }
        func acknowledge(_ key: String, at instant: Date) -> Bool { book.acknowledge(key, at: instant) }
    }

    private func tell(_ book: Book, _ seconds: TimeInterval, quiet: Bool = false) -> [AlertMessage] {
        book.book.messages(at: at(seconds), remind: .seconds(7 * 86_400)) { _ in quiet }
    }

    @Test("a drop counts when it was seen twice, some minutes apart, and is told once")
    func twice() {
        let book = Book()
        book.absorb(look("one.example", [Self.drop]), at: at(0))
        #expect(book.all.map(\.state) == [.pending] && tell(book, 0).isEmpty)
        book.absorb(look("one.example", [Self.drop]), at: at(60))
        #expect(book.all.map(\.state) == [.pending], "the same facts may be behind it")
        book.absorb(look("one.example", [Self.drop]), at: at(900))
        #expect(book.all.map(\.state) == [.open])
        let messages = tell(book, 900)
        #expect(messages.map(\.stage) == [.opened])
        #expect(messages.first?.facts == ["The certificate has expired."])
        book.absorb(look("one.example", [Self.drop]), at: at(1800))
        #expect(tell(book, 1800).isEmpty)
    }

    @Test("what is gone at the second look comes to nothing, and is forgotten in the store")
    func once() {
        let book = Book()
        book.absorb(look("one.example", [Self.drop]), at: at(0))
        _ = book.takeChanges()
        book.absorb(look("one.example"), at: at(900))
        #expect(book.all.isEmpty && tell(book, 900).isEmpty)
        let changes = book.takeChanges()
        #expect(changes.forgotten == ["ours drop host:mx.provider.example"])
    }

    @Test("a look that settles nothing neither opens nor closes")
    func open() {
        let book = Book()
        book.absorb(look("one.example", [Self.drop]), at: at(0))
        book.absorb(look("one.example", settles: false), at: at(900))
        #expect(book.all.map(\.state) == [.pending])
    }

    @Test("one cause is one alert, with every domain that it touches; it is over when no domain shows it any more")
    func cause() {
        let book = Book()
        let others = ["two.example", "three.example"].map(domain)
        for seconds in [0.0, 900] {
            book.absorb(look("one.example", [Self.drop]), at: at(seconds)) { _ in others }
            book.absorb(look("two.example", [Self.drop]), at: at(seconds + 1)) { _ in others }
        }
        let messages = tell(book, 901)
        #expect(messages.count == 1)
        #expect(messages.first?.domains == ["one.example", "three.example", "two.example"])
        #expect(messages.first?.headline == "MX host mx.provider.example: worse grade (3 domains)")
        book.absorb(look("one.example"), at: at(2000))
        #expect(book.all.map(\.state) == [.open])
        book.absorb(look("two.example"), at: at(2001))
        #expect(book.all.map(\.state) == [.closed])
        #expect(tell(book, 2001).map(\.stage) == [.closed])
        let changes = book.takeChanges()
        #expect(changes.alerts.map(\.isSettled) == [true] && book.all.isEmpty)
    }

    @Test("lists do not hear of each other")
    func lists() {
        let book = Book()
        for seconds in [0.0, 900] {
            book.absorb(look("one.example", [Self.drop]), at: at(seconds))
            book.absorb(look("two.example", [Self.drop], list: "theirs"), at: at(seconds))
        }
        #expect(tell(book, 900).map(\.domains) == [["one.example"], ["two.example"]])
    }

    @Test("an alert that nobody acknowledges is told again after a week, and one that somebody does is not")
    func reminders() {
        let book = Book()
        for seconds in [0.0, 900] { book.absorb(look("one.example", [Self.drop]), at: at(seconds)) }
        let first = tell(book, 900)
        #expect(tell(book, 6 * 86_400).isEmpty)
        let second = tell(book, 8 * 86_400)
        #expect(second.map(\.stage) == [.reminder] && second.first?.id != first.first?.id)
        #expect(book.acknowledge("ours drop host:mx.provider.example", at: at(8 * 86_400)))
        #expect(!book.acknowledge("ours drop host:mx.provider.example", at: at(8 * 86_400)), "it is already")
        #expect(book.all.map(\.state) == [.acknowledged])
        #expect(tell(book, 30 * 86_400).isEmpty)
        book.absorb(look("one.example"), at: at(31 * 86_400))
        #expect(tell(book, 31 * 86_400).map(\.stage) == [.closed])
    }

    @Test("during maintenance nobody is told; afterwards what still holds is, and what came and went is not")
    func maintenance() {
        let book = Book()
        let other = Sign(.finding, "relay.open", at: .host(domain("mx2.example")), "It relays.")
        for seconds in [0.0, 900] { book.absorb(look("one.example", [Self.drop, other]), at: at(seconds)) }
        #expect(tell(book, 900, quiet: true).isEmpty)
        book.absorb(look("one.example", [other]), at: at(1800))
        #expect(tell(book, 1800, quiet: true).isEmpty)
        #expect(tell(book, 3600).map(\.kind) == ["finding"])
    }

    @Test("what is open when the process ends is open when the next one begins, and what was told is not told again")
    func restart() throws {
        let book = Book()
        for seconds in [0.0, 900] { book.absorb(look("one.example", [Self.drop]), at: at(seconds)) }
        let before = tell(book, 900)
        #expect(before.count == 1)
        let next = Book(book.takeChanges().alerts)
        #expect(next.all.map(\.state) == [.open] && tell(next, 1000).isEmpty)
        next.absorb(look("one.example"), at: at(1800))
        #expect(tell(next, 1800).map(\.stage) == [.closed])
    }

    @Test("what comes back after it was over is another alert, with messages of its own")
    func again() {
        let book = Book()
        for seconds in [0.0, 900] { book.absorb(look("one.example", [Self.drop]), at: at(seconds)) }
        let first = tell(book, 900)
        book.absorb(look("one.example"), at: at(1800))
        _ = tell(book, 1800)
        _ = book.takeChanges()
        for seconds in [3600.0, 4500] { book.absorb(look("one.example", [Self.drop]), at: at(seconds)) }
        let second = tell(book, 4500)
        #expect(second.map(\.stage) == [.opened] && second.first?.id != first.first?.id)
    }

    @Test("a change is an event: told once, joined by what else changes there that day, and over by itself")
    func events() {
        let book = Book()
        book.absorb(look("one.example", [Sign(.change, at: Self.host, "dane.tlsa has changed.")]), at: at(0))
        #expect(tell(book, 0).count == 1)
        book.absorb(look("one.example", [Sign(.change, at: Self.host, "caa has changed.")]), at: at(3600))
        #expect(tell(book, 3600).isEmpty, "it is open, and has been told")
        book.book.settleEvents(at: at(3600 + 86_400))
        #expect(book.all.map(\.state) == [.closed] && tell(book, 100_000).isEmpty)
    }

    @Test("a message reads back as it was written, and says its id, its cause, its facts and its domains")
    func message() throws {
        let book = Book()
        var sign = Self.drop
        (sign.letterBefore, sign.letter) = ("A", "C")
        for seconds in [0.0, 900] { book.absorb(look("one.example", [sign]), at: at(seconds)) }
        #expect(book.book.letterBefore(domain("one.example"), list: "ours") == "A")
        let message = try #require(tell(book, 900).first)
        #expect(try AlertMessage(json: message.json()) == message)
        for words in [
            "MX host mx.provider.example", "The certificate has expired.", "one.example  A \u{2192} C", message.id,
        ] {
            #expect(message.text.contains(words), "\(message.text)")
        }
    }
}
