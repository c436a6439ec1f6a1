import Batch
import CheckKit
import Checks
import FoundationEssentials
import MailModel
import MailgradeKit
import Store
import Testing

@testable import Service

/// A courier of which one address never answers.
private struct HalfDeafCourier: Courier {
    let posts = Locked<[OutgoingPost]>([])
    let hanging = Locked(0)

    func post(_ post: OutgoingPost) async throws {
        if "\(post.address)".contains("deaf") {
            hanging.withLock { $0 += 1 }
            try await Task.sleep(for: .seconds(86_400))
        }
        posts.withLock { $0.append(post) }
    }

    func submit(_ mail: OutgoingMail, to relay: MailRelay) async throws {}
}

/// Channels that do not keep each other waiting.
@Suite("Channels of an outbox", .timeLimit(.minutes(10)))
struct ChannelsTests {
    private let folder: TestFolder
    private static let instant = Date(timeIntervalSince1970: 1_790_000_000)

    init() throws { folder = try TestFolder() }

    private func store() throws -> Store {
        try Store(
            file: "\(folder.path)/store", known: try Policies.facts(Plugin.builtIn),
            ages: .init(settled: .zero, open: .zero), now: { Self.instant })
    }

    private static func hook(_ host: String) throws -> Channel {
        .webhook(try #require(WebAddress("https://\(host).example.net/")), secretFile: nil)
    }

    private func message(_ name: String, _ sentence: String = "The certificate ends.") -> AlertMessage {
        var book = AlertBook()
        let sign = Sign(.certificate, "14", at: .host(domain("mx.\(name)")), sentence)
        book.absorb(Look(list: "ours", domain: domain(name), signs: [sign]), at: Self.instant)
        return book.messages(at: Self.instant, remind: nil) { _ in false }[0]
    }

    @Test("thousands of messages that a channel does not take hide none of another")
    func many() async throws {
        let store = try store()
        let channels = ["hook": try Self.hook("hooks"), "dead": try Self.hook("dead")]
        var changes = Store.AlertChanges()
        changes.deliveries = (0..<10_001).map { number in
            var delivery = StoredDelivery(
                key: "\(number)", alert: "ours \(number)", channel: "dead", created: Self.instant, body: "{}")
            delivery.nextTry = Self.instant + 60
            return delivery
        }
        store.keep(changes)
        try await enqueue([message("one.example")], ["hook": try Self.hook("hooks")], in: store)
        let courier = RecordingCourier()
        _ = try await Outbox(channels, store, courier, now: { Self.instant }).deliverDue()
        #expect(courier.state.withLock { $0.posts.count } == 1)
    }

    @Test("a channel that does not answer keeps no other from what comes later")
    func hanging() async throws {
        let store = try store()
        let channels = ["a": try Self.hook("deaf"), "b": try Self.hook("hooks")]
        let courier = HalfDeafCourier()
        let outbox = Outbox(channels, store, courier, now: { Self.instant })
        let running = Task { try await outbox.run { try await Task.sleep(for: .milliseconds(1)) } }
        for (index, name) in ["one.example", "two.example", "three.example"].enumerated() {
            try await enqueue([message(name)], channels, in: store)
            while courier.posts.withLock({ $0.count }) <= index { try await Task.sleep(for: .milliseconds(1)) }
            // What comes while it is still being served would prove nothing.
            while try store.unfinishedDeliveries().contains(where: { $0.channel == "b" }) {
                try await Task.sleep(for: .milliseconds(1))
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        while courier.hanging.withLock({ $0 }) == 0 { try await Task.sleep(for: .milliseconds(1)) }
        running.cancel()
        _ = await running.result
        #expect(courier.hanging.withLock { $0 } == 1, "it is asked for one at a time")
        #expect(try store.unfinishedDeliveries().map(\.channel) == ["a", "a", "a"])
    }

    @Test("more recipients than are served at a time all get theirs")
    func recipients() async throws {
        let store = try store()
        let names = (0..<30).map { "\($0)@example.net" }
        let channels = [
            "post": Channel.mail(relay: MailRelay(host: "relay.example.net"), from: "watch@example.net", to: names)
        ]
        let courier = RecordingCourier()
        try await enqueue([message("one.example")], channels, in: store)
        #expect(try await Outbox(channels, store, courier, now: { Self.instant }).deliverDue() == nil)
        #expect(Set(courier.state.withLock { $0.mails.flatMap(\.recipients) }) == Set(names))
    }

    @Test("a text that is too long for ntfy ends with a whole character", arguments: ["", "x", "xx"])
    func ntfy(_ shift: String) async throws {
        let store = try store()
        let channels = [
            "phone": Channel.ntfy(try #require(WebAddress("https://ntfy.example.net/mail")), tokenFile: nil)
        ]
        let message = message("one.example", shift + String(repeating: "\u{2026}", count: 2000))
        try await enqueue([message], channels, in: store)
        let courier = RecordingCourier()
        _ = try await Outbox(channels, store, courier, now: { Self.instant }).deliverDue()
        let body = try #require(courier.state.withLock { $0.posts.first }).body
        let text = String(decoding: body, as: UTF8.self)
        #expect((3998...4000).contains(body.count) && message.text.hasPrefix(text))
    }

    @Test("messages that wait are sent although no list is left")
    func noLists() async throws {
        let site = try Site()
        let channels = ["hook": try Self.hook("hooks")]
        try await enqueue([message("one.example")], channels, in: site.store)
        let courier = RecordingCourier()
        var configuration = ServiceConfiguration()
        let gone = try MailgradeService(configuration, site.means, courier: courier)
        #expect(gone.outbox != nil, "they are given up, and that is logged")
        configuration.channels = channels
        let service = try MailgradeService(configuration, site.means, courier: courier)
        let outbox = try #require(service.outbox)
        _ = try await outbox.deliverDue()
        #expect(courier.state.withLock { $0.posts.count } == 1)
    }

    @Test("that a channel is gone is logged")
    func gone() async throws {
        let store = try store()
        try await enqueue([message("one.example")], ["hook": try Self.hook("hooks")], in: store)
        let said = Locked<[String]>([])
        let outbox = Outbox(
            [:], store, RecordingCourier(), now: { Self.instant }, log: { line in said.withLock { $0.append(line) } })
        _ = try await outbox.deliverDue()
        #expect(
            said.withLock { $0 }
                == ["a message for the channel hook is given up: there is no such channel any more"])
    }
}
