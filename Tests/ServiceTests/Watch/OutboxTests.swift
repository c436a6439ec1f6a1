import CheckKit
import Checks
import FoundationEssentials
import LiveWire
import MailModel
import MailgradeKit
import Store
import Testing

@testable import Service

/// A courier that fails as long as it is told to, and keeps what it took.
final class RecordingCourier: Courier {
    struct State {
        var failure: Undelivered?
        var posts: [OutgoingPost] = []
        var mails: [OutgoingMail] = []
        var attempts = 0
    }

    let state = Locked(State())

    func post(_ post: OutgoingPost) async throws { try take { $0.posts.append(post) } }
    func submit(_ mail: OutgoingMail, to relay: MailRelay) async throws { try take { $0.mails.append(mail) } }

    private func take(_ keep: (inout State) -> Void) throws {
        try state.withLock { state in
            state.attempts += 1
            if let failure = state.failure { throw failure }
            keep(&state)
        }
    }
}

/// Keeps messages as they are kept for channels.
func enqueue(_ messages: [AlertMessage], _ channels: [String: Channel], in store: Store) async throws {
    var changes = Store.AlertChanges()
    for message in messages { changes.deliveries += try message.deliveries(to: Set(channels.keys), channels) }
    store.keep(changes)
    try await store.flush()
}

/// Messages on their way to channels.
@Suite("The outbox", .timeLimit(.minutes(10)))
struct OutboxTests {
    private let folder: TestFolder
    private let clock = Locked(Date(timeIntervalSince1970: 1_790_000_000))
    private let courier = RecordingCourier()

    init() throws { folder = try TestFolder() }

    private func store() throws -> Store {
        try Store(
            file: "\(folder.path)/store", known: try Policies.facts(Plugin.builtIn),
            ages: .init(settled: .zero, open: .zero), now: now)
    }

    private var now: @Sendable () -> Date { { [clock] in clock.withLock { $0 } } }
    private func pass(_ seconds: TimeInterval) { clock.withLock { $0 += seconds } }

    private static let hook = Channel.webhook(WebAddress("https://hooks.example.net/")!, secretFile: nil)

    /// An alert of a domain, opened, and its end.
    private func messages(_ name: String = "one.example") -> (opened: AlertMessage, closed: AlertMessage) {
        var book = AlertBook()
        let sign = Sign(.certificate, "14", at: .host(domain("mx.\(name)")), "The certificate ends.")
        book.absorb(Look(list: "ours", domain: domain(name), signs: [sign]), at: now())
        let opened = book.messages(at: now(), remind: nil) { _ in false }
        book.absorb(Look(list: "ours", domain: domain(name)) { _, _ in true }, at: now())
        let closed = book.messages(at: now(), remind: nil) { _ in false }
        return (opened[0], closed[0])
    }

    @Test("what was to be sent before a maintenance began waits for its end")
    func maintenance() async throws {
        let store = try store()
        let end = now().addingTimeInterval(3600)
        let outbox = Outbox(
            ["hook": Self.hook], store, courier, now: now, isQuiet: { list, instant in list == "ours" && instant < end }
        )
        try await enqueue([messages().opened], ["hook": Self.hook], in: store)
        _ = try await outbox.deliverDue()
        #expect(courier.state.withLock { $0.attempts } == 0)
        pass(3600)
        _ = try await outbox.deliverDue()
        #expect(courier.state.withLock { $0.posts.count } == 1)
    }

    @Test("a channel that is down gets everything, in order and once, when it is up again")
    func downThenUp() async throws {
        let store = try store()
        let channels = ["hook": Self.hook]
        let said = Locked<[String]>([])
        let outbox = Outbox(
            channels, store, courier, now: now, log: { line in said.withLock { $0.append(line) } })
        let (opened, closed) = messages()
        try await enqueue([opened, closed], channels, in: store)
        courier.state.withLock { $0.failure = Undelivered("connection refused") }
        for _ in 0..<5 {
            let next = try #require(try await outbox.deliverDue())
            #expect(next > now())
            _ = try await outbox.deliverDue()
            pass(next.timeIntervalSince(now()))
        }
        #expect(courier.state.withLock { $0.attempts } == 5, "not before its time, and the end waits for the beginning")
        #expect(try store.unfinishedDeliveries().first?.said == "connection refused")
        #expect(
            said.withLock { $0.first }
                == "a message for the channel hook was not taken: connection refused; the next attempt is in 60 s")
        #expect(said.withLock { $0.count } == 5)
        #expect(try store.waitingDeliveries() == 2)
        courier.state.withLock { $0.failure = nil }
        while try await outbox.deliverDue() != nil {}
        let bodies = courier.state.withLock { $0.posts.map { String(decoding: $0.body, as: UTF8.self) } }
        #expect(bodies.count == 2)
        #expect(bodies.first?.contains("\"stage\":\"opened\"") ?? false)
        #expect(bodies.last?.contains("\"stage\":\"closed\"") ?? false)
        #expect(try await outbox.deliverDue() == nil)
        #expect(courier.state.withLock { $0.posts.count } == 2)
    }

    @Test(
        "a message whose delivery was cut off by the end of the process is sent again with the same key; one that was sent is not"
    )
    func killed() async throws {
        let channels = ["hook": Self.hook]
        let (first, second) = (messages("one.example").opened, messages("two.example").opened)
        do {
            let store = try store()
            try await enqueue([first, second], channels, in: store)
            _ = try await Outbox(channels, store, courier, now: now).deliverDue()
            // What is on disk when the process dies between the order to send the second one and its answer.
            var cut = try #require(try store.deliveries(ofAlert: second.alert).first)
            cut.state = .sending
            try await store.note(cut)
            try await store.close()
        }
        let sent = courier.state.withLock { $0.posts }
        #expect(sent.count == 2)
        let store = try store()
        #expect(try await Outbox(channels, store, courier, now: now).deliverDue() == nil)
        let all = courier.state.withLock { $0.posts }
        let keys = all.map { $0.fields["Idempotency-Key"] }
        #expect(
            all.count == 3 && keys.last == keys.first { $0 == keys.last } && keys.filter { $0 == keys.last }.count == 2)
        #expect(all.last == sent.first { $0.fields["Idempotency-Key"] == keys.last }, "to the byte")
    }

    @Test(
        "a message that waits for a time that the clock set back has made distant is tried at once, and waits no longer than others"
    )
    func clockSetBack() async throws {
        let store = try store()
        let channels = ["hook": Self.hook]
        let outbox = Outbox(channels, store, courier, now: now)
        pass(86_400)
        try await enqueue([messages().opened], channels, in: store)
        courier.state.withLock { $0.failure = Undelivered("connection refused") }
        _ = try await outbox.deliverDue()
        pass(-86_400)
        let next = try #require(try await outbox.deliverDue())
        #expect(courier.state.withLock { $0.attempts } == 2)
        #expect(next > now() && next <= now().addingTimeInterval(Outbox.waits[1]))
        _ = try await outbox.deliverDue()
        #expect(courier.state.withLock { $0.attempts } == 2, "it does not try again and again")
        courier.state.withLock { $0.failure = nil }
        pass(Outbox.waits[1])
        #expect(try await outbox.deliverDue() == nil)
        #expect(courier.state.withLock { $0.posts.count } == 1)
    }

    @Test("the same message is stored once, however often it is made")
    func idempotent() async throws {
        let store = try store()
        let channels = ["hook": Self.hook]
        let message = messages().opened
        for _ in 0..<3 { try await enqueue([message], channels, in: store) }
        #expect(try store.unfinishedDeliveries().count == 1)
    }

    @Test("what cannot be delivered for two weeks is given up, and the reason kept")
    func abandoned() async throws {
        let store = try store()
        let channels = ["hook": Self.hook]
        let outbox = Outbox(channels, store, courier, now: now)
        let message = messages().opened
        try await enqueue([message], channels, in: store)
        courier.state.withLock { $0.failure = Undelivered("the answer is 410") }
        while let next = try await outbox.deliverDue() { pass(max(1, next.timeIntervalSince(now()))) }
        let delivery = try #require(try store.deliveries(ofAlert: message.alert).first)
        #expect(delivery.state == .abandoned && delivery.said == "the answer is 410" && delivery.attempts > 50)
    }

    @Test("mail goes to each recipient by itself, in ASCII, with a Message-ID that is the same at each attempt")
    func mail() async throws {
        let store = try store()
        let channels = [
            "post": Channel.mail(
                relay: MailRelay(host: "relay.example.net"), from: "watch@example.net",
                to: ["a@example.net", "b@example.net"])
        ]
        let outbox = Outbox(channels, store, courier, now: now)
        let message = messages().opened
        try await enqueue([message], channels, in: store)
        while try await outbox.deliverDue() != nil {}
        let mails = courier.state.withLock { $0.mails }
        #expect(mails.map(\.recipients) == [["a@example.net"], ["b@example.net"]])
        let lines = try #require(mails.first).lines
        #expect(
            lines.allSatisfy { line in line.utf8.count <= 78 && line.utf8.allSatisfy { (0x20..<0x7F).contains($0) } },
            "\(lines)")
        #expect(lines.contains("Date: Mon, 21 Sep 2026 14:13:20 +0000"), "\(lines)")
        #expect(lines.contains("Auto-Submitted: auto-generated"))
        let ids = mails.map { $0.lines.first { $0.hasPrefix("Message-ID: <") } }
        #expect(ids[0] != nil && ids[0] != ids[1])
        let body = lines[(try #require(lines.firstIndex(of: "")) + 1)...].joined()
        let text = String(decoding: try #require(Data(base64Encoded: body)), as: UTF8.self)
        #expect(text == message.text)
    }

    @Test("a program gets the message as JSON on standard input; one that fails is tried again")
    func command() async throws {
        let store = try store()
        try folder.write(
            "page", "#!/bin/sh\n[ -e ready ] || { echo not yet >&2; exit 3; }\ncat > \"$1\"\n", isProgram: true)
        let channels = ["pager": Channel.command(folder: folder.path, words: ["page", "out.json"])]
        let outbox = Outbox(channels, store, courier, now: now)
        let message = messages().opened
        try await enqueue([message], channels, in: store)
        _ = try await outbox.deliverDue()
        #expect(try store.unfinishedDeliveries().first?.said?.contains("not yet") ?? false)
        try folder.write("ready", "")
        pass(60)
        #expect(try await outbox.deliverDue() == nil)
        let json = try JSONDecoder().decode(
            JSONValue.self, from: Data(contentsOf: URL(filePath: "\(folder.path)/out.json")))
        guard case .object(let members) = json else { return #expect(Bool(false), "\(json)") }
        #expect(members["headline"] == .string(message.headline) && members["key"] != nil)
    }

    @Test("ntfy gets the text, a title in ASCII, and the token of the file as it is now")
    func ntfy() async throws {
        let store = try store()
        let token = try folder.write("token", "tk_1\n")
        let channels = [
            "phone": Channel.ntfy(try #require(WebAddress("https://ntfy.example.net/mail")), tokenFile: token)
        ]
        let message = messages().opened
        try await enqueue([message], channels, in: store)
        try folder.write("token", "tk_2\n")
        _ = try await Outbox(channels, store, courier, now: now).deliverDue()
        let post = try #require(courier.state.withLock { $0.posts.first })
        #expect(post.fields["Authorization"] == "Bearer tk_2" && post.fields["Tags"] == "warning")
        #expect(String(decoding: post.body, as: UTF8.self) == message.text)
    }

    @Test("what a channel that is gone was to be told is given up")
    func gone() async throws {
        let store = try store()
        let message = messages().opened
        try await enqueue([message], ["hook": Self.hook], in: store)
        #expect(try await Outbox([:], store, courier, now: now).deliverDue() == nil)
        #expect(try store.deliveries(ofAlert: message.alert).first?.state == .abandoned)
    }
}
