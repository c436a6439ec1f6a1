internal import Batch
internal import CheckEngine
public import CheckKit
public import FoundationEssentials
internal import Grading
internal import MailModel
public import MailgradeKit
internal import Observations
internal import Reporting
public import Store

/// Watches lists of domains: looks at each when its time has come, writes down what that changes, and hands messages to the outbox.
///
/// What a look shows is on disk, its verdict, alerts and messages in one transaction, before the time of the next look is set: who is
/// killed looks again, compares with the same letter as before, and tells nothing twice.
public actor Watcher {
    /// What a watcher works with.
    public struct Means: Sendable {
        /// Lists, channels and maintenance.
        public var configuration: ServiceConfiguration
        /// The policies of each list; the first of each decides alerts.
        public var policies: [String: Policies]
        /// What can be observed.
        public var plugins: [Plugin]
        /// How servers are reached; part of the name under which verdicts are kept.
        public var settings: RunSettings
        /// Where all is kept.
        public var store: Store
        /// Looks at a domain of a list.
        public var observe: @Sendable (_ look: StoredWatchTime, _ kind: LookKind) async throws -> Evidence
        /// The time.
        public var now: @Sendable () -> Date
        /// Waits.
        public var sleep: @Sendable (Duration) async throws -> Void
        /// Says what is worth a line in a log.
        public var log: @Sendable (String) -> Void = { _ in }

        /// Means with the time of this machine.
        public init(
            _ configuration: ServiceConfiguration, policies: [String: Policies], plugins: [Plugin],
            settings: RunSettings, store: Store, now: @escaping @Sendable () -> Date = { Date() },
            sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
            observe: @escaping @Sendable (_ look: StoredWatchTime, _ kind: LookKind) async throws -> Evidence
        ) {
            self.configuration = configuration
            self.policies = policies
            self.plugins = plugins
            self.settings = settings
            self.store = store
            self.observe = observe
            self.now = now
            self.sleep = sleep
        }
    }

    /// Nobody waits longer for what somebody else may have changed.
    private static let longestPause: TimeInterval = 30
    /// What may be a drop is looked at again after this time, and not in a week.
    static let confirmation: TimeInterval = 900

    let means: Means
    let cadence: Cadence
    let judge: Judge
    let domains: [String: Set<String>]
    var book: AlertBook
    var view = OwnView()
    /// What looks have shown since something was written last. It is written with the alerts that follow from it, never before.
    var verdicts: [Store.WatchedVerdict] = []
    private var lookedUntil: Date
    private var handled: [ChangeID: Date] = [:]
    /// What the clock said last.
    private var lastInstant = Date.distantPast

    /// A run keeps what it saw by the instant at which it began, so that changes come later than they are dated.
    private static let longestRun: TimeInterval = 3600

    /// Tells one change of a fact from others.
    private struct ChangeID: Hashable {
        let fact: FactID
        let place: Place
        let domain: DomainName?
        let since: Date
    }

    /// A watcher, with the alerts that the store has. Throws what the store throws, and where plugins do not fit together.
    public init(_ means: Means) throws {
        self.means = means
        let lists = means.configuration.lists
        cadence = Cadence(lists)
        judge = Judge(try Plan(observing: Forecasts.facts, from: means.plugins))
        domains = lists.mapValues { Set($0.domains.map(\.text)) }
        book = AlertBook(try means.store.unsettledAlerts())
        // What has changed before anybody watched is nobody's news.
        lookedUntil = try means.store.changesLookedUntil() ?? means.now().addingTimeInterval(Self.longestRun)
    }

    /// Plans the looks of all lists. Looks that were planned before stay as they were. Throws `StoreProblem`.
    public func begin() async throws {
        let instant = means.now()
        book.keep(lists: domains, at: instant)
        setBack(to: instant)
        lastInstant = instant
        try await means.store.plan(cadence.beginning(at: instant))
    }

    /// Notices a clock that was set back: what was dated while it was ahead would keep looks, alerts and changes waiting until that
    /// time comes again.
    private func noticeClock() async throws {
        let instant = means.now()
        defer { lastInstant = instant }
        guard instant < lastInstant else { return }
        setBack(to: instant)
        let ahead = try means.store.watchTimes(after: instant)
        means.store.hasten(ahead.compactMap { cadence.next(after: $0, at: instant) })
        try await means.store.flush()
    }

    private func setBack(to instant: Date) {
        book.setBack(to: instant)
        lookedUntil = min(lookedUntil, instant.addingTimeInterval(Self.longestRun))
    }

    /// Watches until the task is cancelled: what the DNS says beside what takes conversations with servers, which are slow. Throws
    /// `StoreProblem`, and `CancellationError` at the end.
    public func run() async throws {
        try await begin()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for pace in Pace.all { group.addTask { try await self.follow(pace) } }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func follow(_ pace: Pace) async throws {
        while true {
            let isBusy = try await step(pace)
            try Task.checkCancellation()
            guard !isBusy else { continue }
            let next = try means.store.nextWatchTime(kinds: pace.kinds) ?? .distantFuture
            let pause = min(max(next.timeIntervalSince(means.now()), 0.1), Self.longestPause)
            try await means.sleep(.seconds(pause))
        }
    }

    /// Makes the looks of every kind that are due, some at a time; says whether there were any.
    public func step() async throws -> Bool {
        var isBusy = false
        for pace in Pace.all where try await step(pace) { isBusy = true }
        return isBusy
    }

    /// Looks that go on together, and how many at a time.
    private struct Pace: Sendable {
        let kinds: [String]
        let width: Int

        static let all = [
            Pace(kinds: [LookKind.lookups.rawValue], width: 64),
            Pace(kinds: [LookKind.certificates.rawValue, LookKind.graded.rawValue], width: 16),
        ]
    }

    /// Makes the looks that are due, some at a time, and writes down what they change; says whether there were any. Who is cancelled
    /// writes down what the looks that were over have shown; the others are made again.
    private func step(_ pace: Pace) async throws -> Bool {
        try await noticeClock()
        let due = try means.store.watchTimes(due: means.now(), kinds: pace.kinds, limit: pace.width)
        var next: [StoredWatchTime] = []
        await withTaskGroup(of: (StoredWatchTime, Result<Evidence, any Error>).self) { group in
            for time in due {
                guard let kind = LookKind(rawValue: time.kind) else { continue }
                group.addTask { [means] in
                    do {
                        return (time, .success(try await means.observe(time, kind)))
                    } catch {
                        return (time, .failure(error))
                    }
                }
            }
            for await (time, result) in group {
                guard let kind = LookKind(rawValue: time.kind), result.isValid else { continue }
                take(result, of: time, kind)
                if let following = cadence.next(after: time, at: means.now()) { next.append(following) }
            }
        }
        try await means.store.flush()
        let hastened = try absorbChanges()
        try write()
        try await means.store.flush()
        means.store.set(next)
        means.store.hasten(hastened + confirmations())
        try await means.store.flush()
        return !due.isEmpty
    }

    /// Somebody says that an alert is known: no more reminders. False where there is no such open alert.
    public func acknowledge(_ alert: String) async throws -> Bool {
        guard book.acknowledge(alert, at: means.now()) else { return false }
        try write()
        try await means.store.flush()
        return true
    }

    /// The alerts that are not over.
    public var alerts: [Alert] { book.all }

    /// Writes what has changed, with the messages that are to be sent now. Nothing comes between, so that what is written later is newer.
    private func write() throws {
        let instant = means.now()
        book.settleEvents(at: instant)
        let configuration = means.configuration
        let messages = book.messages(at: instant, remind: configuration.remind) {
            configuration.isQuiet($0, at: instant)
        }
        var changes = book.takeChanges()
        changes.verdicts = verdicts
        for message in messages {
            let channels = configuration.channels(for: message)
            changes.deliveries += try message.deliveries(to: channels, configuration.channels)
            means.log("alert \(message.stage.rawValue): \(message.headline)")
        }
        changes.lookedUntil = lookedUntil
        means.store.keep(changes)
        verdicts = []
    }

    /// Facts that have changed since they were looked at last, one sign for each cause and list; and the looks that this makes due.
    private func absorbChanges() throws -> [StoredWatchTime] {
        let instant = means.now()
        let changes = try means.store.factChanges(since: lookedUntil.addingTimeInterval(-Self.longestRun))
        var hastened: [StoredWatchTime] = []
        for change in changes where !change.isOpen && !Self.ofOurselves.contains(change.fact) {
            let id = ChangeID(fact: change.fact, place: change.place, domain: change.domain, since: change.since)
            guard handled.updateValue(change.since, forKey: id) == nil else { continue }
            for (list, watched) in means.configuration.lists {
                let touched = change.domains.filter { domains[list]?.contains($0.text) ?? false }
                guard let first = touched.first else { continue }
                if change.fact == MTASTSPolicy.id { noteOldPolicy(change, of: first, list, at: instant) }
                // What is seen without asking a server may have changed the grade.
                if change.place == .domain || change.place.scope == .host {
                    hastened += touched.map {
                        StoredWatchTime(list: list, domain: $0, kind: LookKind.graded.rawValue, next: instant)
                    }
                }
                guard watched.wants(.change) else { continue }
                let cause = Cause(change.place, of: change.domain ?? first, fact: change.fact)
                book.absorb(Look(list: list, domain: first, signs: [Sign(change, at: cause)]), at: instant) { _ in
                    touched
                }
            }
        }
        lookedUntil = max(lookedUntil, instant)
        let oldest = lookedUntil.addingTimeInterval(-2 * Self.longestRun)
        handled = handled.filter { $0.value >= oldest }
        return hastened
    }

    /// What says how we see, and nothing of what is seen.
    private static let ofOurselves: Set<FactID> = [Vantage.id, ResolverSelfTest.id]

    private func noteOldPolicy(_ change: FactChange, of domain: DomainName, _ list: String, at instant: Date) {
        guard means.configuration.lists[list]?.forecasts ?? false,
            let evidence = means.store.evidence(of: domain, means.settings.fingerprint, means.settings),
            let sign = Forecasts.oldPolicy(change.before, until: change.until, in: evidence, at: instant)
        else { return }
        book.absorb(Look(list: list, domain: domain, signs: [sign]), at: instant)
    }

    /// Looks that are to tell soon whether what was seen once is so.
    private func confirmations() -> [StoredWatchTime] {
        let next = means.now().addingTimeInterval(Self.confirmation)
        return book.all.filter { $0.state == .pending }.flatMap { alert in
            alert.details.standing.compactMap { name in
                (try? DomainName(input: name)).map {
                    StoredWatchTime(list: alert.stored.list, domain: $0, kind: LookKind.graded.rawValue, next: next)
                }
            }
        }
    }
}

extension Result<Evidence, any Error> {
    /// Whether it says something: what failed because we stop does not.
    fileprivate var isValid: Bool {
        switch self {
        case .success: true
        case .failure: !Task.isCancelled
        }
    }
}

extension Sign {
    /// A fact that has changed.
    init(_ change: FactChange, at cause: Cause) {
        let place = change.place == .domain ? "" : " at \(change.place)"
        let lines = change.lines.joined(separator: "; ")
        self.init(
            .change, at: cause,
            "\(change.fact)\(place) has changed since \(change.until.minute): \(lines)".shortenedSentence)
    }
}

extension String {
    /// At most 1000 characters: servers choose what stands in it.
    fileprivate var shortenedSentence: String { count <= 1000 ? self : prefix(999) + "\u{2026}" }
}

extension ServiceConfiguration {
    /// Whether a list is under maintenance.
    func isQuiet(_ list: String, at instant: Date) -> Bool {
        maintenance.contains {
            ($0.lists.isEmpty || $0.lists.contains(list)) && $0.from <= instant && instant < $0.until
        }
    }

    /// The channels that a list has for a message. What is wrong with us is for all of them.
    func channels(for message: AlertMessage) -> Set<String> {
        let rules = lists[message.list]?.alerts ?? []
        let kind = Sign.Kind(rawValue: message.kind)
        let matching = rules.filter { rule in
            switch (rule.subject, kind) {
            case (_, .ownSide), (.drop, .drop), (.change, .change), (.forecast, .forecast): true
            case (.gradeBelow(let letter), .below): letter == message.detail
            case (.certificateEnds(let days), .certificate): "\(days)" == message.detail
            case (.finding(let code), .finding): code == message.detail
            default: false
            }
        }
        return Set(matching.flatMap(\.channels))
    }
}

extension WatchedList {
    /// Whether somebody wants to hear what will go wrong.
    var forecasts: Bool { wants(.forecast) }

    /// Whether somebody wants to hear of something.
    func wants(_ subject: AlertRule.Subject) -> Bool { alerts.contains { $0.subject == subject } }
}
