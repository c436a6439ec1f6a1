internal import CheckKit
public import FoundationEssentials
internal import Glibc
public import MailModel
internal import Programs
public import Store

/// Sends stored messages to channels, and tries again what could not be delivered, for two weeks.
///
/// Before an attempt the row says `sending`, and after it what has come of it; both are on disk before anything else happens. So a
/// delivery that is known to have succeeded is never made again. One that was under way when the process was killed, or whose answer
/// never came, is made again with the same key: nobody here can know whether it had arrived.
///
/// Channels go on independently of each other: one that is slow, or has thousands of messages that it does not take, delays no other.
public actor Outbox {
    private let channels: [String: Channel]
    private let store: Store
    private let courier: any Courier
    private let now: @Sendable () -> Date
    private let isQuiet: @Sendable (_ list: String, _ instant: Date) -> Bool
    private let log: @Sendable (String) -> Void

    /// How long after each failure the next attempt is made; then always after the last of them.
    static let waits: [TimeInterval] = [60, 300, 900, 3600, 3 * 3600, 6 * 3600]
    /// How long a message is tried.
    static let patience: TimeInterval = 14 * 86_400
    /// So many recipients of one channel are served at a time: they have one relay.
    private static let width = 8
    /// So many messages are sent before what is due is chosen anew.
    private static let most = 100

    /// The outlets that are being served.
    private var busy: Set<String> = []
    /// When each outlet was served last, counted in turns: who has waited longest comes first.
    private var turns: [String: Int] = [:]

    /// An outbox of channels. While a list `isQuiet`, what there is to be told of it waits. `log`
    /// hears of what a channel has not taken.
    public init(
        _ channels: [String: Channel], _ store: Store, _ courier: any Courier,
        now: @escaping @Sendable () -> Date = { Date() },
        isQuiet: @escaping @Sendable (_ list: String, _ instant: Date) -> Bool = { _, _ in false },
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.channels = channels
        self.store = store
        self.courier = courier
        self.now = now
        self.isQuiet = isQuiet
        self.log = log
    }

    /// Sends whatever is due, for ever; `pause` passes until it looks again. Throws what the store and `pause` throw.
    public func run(pause: @Sendable () async throws -> Void) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            while true {
                for outlet in try ready() { group.addTask { try await self.serve(outlet) } }
                try await pause()
            }
        }
    }

    /// Tries everything whose time has come, and says when the next time comes; nil where nothing waits. Throws what the store throws,
    /// and `CancellationError`.
    public func deliverDue() async throws -> Date? {
        var served: Set<String> = []
        try await withThrowingTaskGroup(of: Void.self) { group in
            repeat {
                for outlet in try ready(except: served) {
                    served.insert(outlet)
                    group.addTask { try await self.serve(outlet) }
                }
            } while try await group.next() != nil
        }
        return try store.nextDeliveries().map(\.nextTry).min()
    }

    /// The outlets that are to be served from now on.
    private func ready(except served: Set<String> = []) throws -> [String] {
        let due = Set(try store.nextDeliveries().filter(isDue).map(\.channel)).subtracting(served)
        return due.sorted { (turns[$0] ?? 0, $0) < (turns[$1] ?? 0, $1) }.filter { outlet in
            let channel = Outlet(text: outlet).channel
            guard busy.count(where: { Outlet(text: $0).channel == channel }) < Self.width,
                busy.insert(outlet).inserted
            else { return false }
            turns[outlet] = (turns.values.max() ?? 0) + 1
            return true
        }
    }

    /// Whether a message is to be sent now. No time is ever set further ahead than the longest wait: where it is, the clock was ahead.
    private func isDue(_ delivery: StoredDelivery) -> Bool {
        let instant = now()
        // The key of an alert begins with its list.
        guard !isQuiet(String(delivery.alert.prefix { $0 != " " }), instant) else { return false }
        return delivery.state == .sending || delivery.nextTry <= instant
            || delivery.nextTry > instant.addingTimeInterval(Self.waits.max() ?? 0)
    }

    /// The messages of one outlet, one after the other. One that takes none is not asked for the next one at once. Of each alert there is
    /// only the message that is to be told next: what is told later waits for it, since nobody wants to hear that something is over that
    /// he never heard of.
    private func serve(_ outlet: String) async throws {
        defer { busy.remove(outlet) }
        while true {
            let due = try store.nextDeliveries(to: outlet).filter(isDue).prefix(Self.most)
            if due.isEmpty { return }
            for head in due where isDue(head) {
                try Task.checkCancellation()
                guard let delivery = try store.delivery(head.key), try await attempt(delivery) else { return }
            }
        }
    }

    private func attempt(_ waiting: StoredDelivery) async throws -> Bool {
        var delivery = waiting
        delivery.state = .sending
        delivery.attempts += 1
        try await store.note(delivery)
        do {
            try await send(delivery)
            delivery.state = .sent
            delivery.said = nil
        } catch is NoSuchChannel {
            delivery.state = .abandoned
            delivery.said = "there is no such channel any more"
            log("a message for the channel \(delivery.channel) is given up: there is no such channel any more")
        } catch let failure as Undelivered {
            delivery.said = String(failure.description.escapedForTerminal.prefix(500))
            let instant = now()
            let wait = Self.waits[min(delivery.attempts, Self.waits.count) - 1]
            let isTooOld = instant.timeIntervalSince(delivery.created) > Self.patience
            delivery.state = isTooOld ? .abandoned : .waiting
            delivery.nextTry = instant.addingTimeInterval(wait)
            let next = isTooOld ? "it is not tried any more" : "the next attempt is in \(Int(wait)) s"
            log("a message for the channel \(delivery.channel) was not taken: \(delivery.said ?? ""); \(next)")
        }
        try await store.note(delivery)
        return delivery.state != .waiting
    }

    private func send(_ delivery: StoredDelivery) async throws {
        let outlet = Outlet(text: delivery.channel)
        guard let channel = channels[outlet.channel] else { throw NoSuchChannel() }
        let message: AlertMessage
        do {
            message = try AlertMessage(json: delivery.body)
        } catch {
            throw Undelivered("the stored message cannot be read: \(error)")
        }
        switch channel {
        case .mail(let relay, let from, _):
            let mail = MailLetter(message, key: delivery.key, from: from, to: outlet.recipient ?? from)
            try await courier.submit(mail.mail, to: relay)
        case .webhook(let address, let secretFile):
            let fields = ["Content-Type": "application/json", "Idempotency-Key": delivery.key]
            let body = try message.payload(key: delivery.key)
            try await courier.post(
                OutgoingPost(to: address, fields: fields, body: body, secret: try secretFile.map(secret)))
        case .ntfy(let address, let tokenFile):
            var fields = [
                "Title": message.headline.replacing("\u{2192}", with: "->"), "Idempotency-Key": delivery.key,
                "Tags": message.stage == .closed ? "white_check_mark" : "warning",
                "Priority": message.isUrgent ? "high" : "default",
            ]
            if let tokenFile {
                fields["Authorization"] = "Bearer \(String(decoding: try secret(tokenFile), as: UTF8.self))"
            }
            // ntfy takes longer texts for files.
            let text = message.text.characters(within: 4000)
            try await courier.post(OutgoingPost(to: address, fields: fields, body: Array(text.utf8)))
        case .command(let folder, let words):
            let program = Program(folder: folder, words: words, limits: Program.Limits(time: .seconds(30)))
            if case .failed(let failure) = try await program.run(input: try message.payload(key: delivery.key)) {
                throw Undelivered("the program \(words.first ?? "") \(failure)", mayHaveArrived: true)
            }
        }
    }

    private func secret(_ path: String) throws -> [UInt8] {
        do throws(BoundedFile.Unreadable) {
            return try BoundedFile.read(path, limit: 4096).secret
        } catch {
            throw Undelivered("the file \(path) cannot be read")
        }
    }
}

/// The channel of a message is not in the configuration any more.
private struct NoSuchChannel: Error {}

extension String {
    /// The whole characters at its beginning that take no more than so many octets.
    fileprivate func characters(within limit: Int) -> Substring {
        var size = 0
        return prefix { character in
            size += character.utf8.count
            return size <= limit
        }
    }
}

/// Where a message goes: a channel, and of a channel of mail one of its recipients. Each gets a message of its own, so that one mailbox
/// that is full keeps nothing from the others, and nobody gets anything twice.
struct Outlet: Hashable {
    var channel: String
    var recipient: String?

    /// How the store writes it.
    var text: String { recipient.map { "\(channel) \($0)" } ?? channel }

    init(_ channel: String, recipient: String? = nil) {
        self.channel = channel
        self.recipient = recipient
    }

    init(text: String) {
        let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
        channel = parts.first ?? ""
        recipient = parts.count > 1 ? parts[1] : nil
    }
}

extension AlertMessage {
    /// The deliveries of this message to channels.
    func deliveries(to names: Set<String>, _ channels: [String: Channel]) throws -> [StoredDelivery] {
        let body = try json()
        let outlets = names.sorted().flatMap { name -> [Outlet] in
            guard case .mail(_, _, let to)? = channels[name] else { return [Outlet(name)] }
            return to.map { Outlet(name, recipient: $0) }
        }
        return outlets.map { outlet in
            let key = String(SHA256.hex("\(id) \(outlet.text)".utf8).prefix(32))
            return StoredDelivery(key: key, alert: alert, channel: outlet.text, created: made, body: body)
        }
    }

    /// What webhooks and programs get.
    func payload(key: String) throws -> [UInt8] {
        Array(try StableJSON.text(Payload(key: key, headline: headline, message: self)).utf8)
    }

    /// Whether somebody is to be woken.
    var isUrgent: Bool {
        stage == .opened && [.drop, .below, .finding].contains(Sign.Kind(rawValue: kind))
    }

    private struct Payload: Encodable {
        let key: String
        let headline: String
        let message: AlertMessage
    }
}
