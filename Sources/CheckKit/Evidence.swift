public import FoundationEssentials
public import MailModel

/// Where one fact is kept.
public struct Slot: Sendable, Hashable, Comparable {
    /// The fact.
    public let fact: FactID
    /// The place.
    public let place: Place

    /// A fact at a place.
    public init(_ fact: FactID, _ place: Place) {
        self.fact = fact
        self.place = place
    }

    /// By place, then by fact.
    public static func < (left: Slot, right: Slot) -> Bool {
        left.place == right.place ? left.fact < right.fact : left.place < right.place
    }
}

/// Everything observed in one run. A value: judging cannot disturb collecting, and a saved run can be judged again.
public struct Evidence: Sendable {
    /// The domain under test.
    public var domain: DomainName
    /// When the run started, to the second; dates are judged by it.
    public var collectedAt: Date
    /// How the run behaved on the network.
    public var settings: RunSettings
    /// What the run did beside its facts: transcripts, durations. Two runs are equal whatever it says.
    public var trace: Trace
    /// The MX hosts in order of preference; empty until the server list is known.
    public private(set) var hosts: [ListedHost] = []
    /// What narrows the run, once it is known.
    public private(set) var scope: (any RunScope)?
    private var listSlot: Slot?
    private var scopeSlot: Slot?
    private(set) var entries: [Slot: Entry] = [:]
    private var sightings: [Slot: Date] = [:]
    private var inferences: [Slot: MailServer] = [:]

    enum Entry: Sendable {
        case observed(Observed<any Fact>)
        /// A fact that this version does not know, kept as it was read.
        case foreign(version: Int, JSONValue)
        /// A known fact that cannot be read, kept as it was read.
        case unreadable(version: Int, JSONValue, why: String)
    }

    /// Evidence of nothing yet.
    package init(domain: DomainName, collectedAt: Date, settings: RunSettings = RunSettings()) {
        self.domain = domain
        self.collectedAt = Date(timeIntervalSince1970: collectedAt.timeIntervalSince1970.rounded(.down))
        self.settings = settings
        trace = Trace()
    }

    /// What was observed of a fact at a place, or at the wider place around it that the fact belongs to.
    public func observed<F: Fact>(_: F.Type, at place: Place) -> Observed<F> {
        guard let place = place.widened(to: F.scope) else { return .absent(.unplanned) }
        switch observed(Slot(F.id, place)) {
        case .present(let fact): return (fact as? F).map { .present($0) } ?? .absent(.unplanned)
        case .absent(let why): return .absent(why)
        }
    }

    /// What was observed in a slot.
    public func observed(_ slot: Slot) -> Observed<any Fact> {
        switch entries[slot] {
        case .observed(let observed): observed
        case .unreadable(_, _, let why): .absent(.unreadable(why))
        case .foreign, nil: .absent(.unplanned)
        }
    }

    /// Whether a slot holds the same here as there.
    package func agrees(with other: Evidence, on slot: Slot) -> Bool { entries[slot] == other.entries[slot] }

    /// Whether a slot has been settled, with a fact or an absence.
    package func isSettled(_ slot: Slot) -> Bool { entries[slot] != nil }

    /// Puts a fact or its absence into its slot. `seen` is when another run saw it, to the second; nil where this one did. `server` is
    /// where it was seen, where nobody saw it here.
    package mutating func settle(
        _ slot: Slot, _ observed: Observed<any Fact>, seen: Date? = nil, inferredFrom server: MailServer? = nil
    ) {
        store(slot, .observed(observed), seen: seen, inferredFrom: server)
    }

    /// When another run saw what is in a slot; nil where this run saw it itself. Two runs are equal whatever it says.
    package func sharedSince(_ slot: Slot) -> Date? { sightings[slot] }

    /// Where that was seen which is in a slot, although nobody saw it here: another host at the same address, of which all that were
    /// asked were alike. Nil where it was seen here.
    package func inferredFrom(_ slot: Slot) -> MailServer? { inferences[slot] }

    /// The servers that nobody asked, each with the one that it was inferred from; in a stable order.
    package var inferredServers: [(server: MailServer, from: MailServer)] {
        inferences.reduce(into: [MailServer: MailServer]()) { servers, inference in
            if case .server(let server) = inference.key.place { servers[server] = inference.value }
        }
        .sorted { $0.key.description < $1.key.description }.map { (server: $0.key, from: $0.value) }
    }

    mutating func store(_ slot: Slot, _ entry: Entry, seen: Date? = nil, inferredFrom server: MailServer? = nil) {
        entries[slot] = entry
        inferences[slot] = server
        sightings[slot] = seen.map { Date(timeIntervalSince1970: $0.timeIntervalSince1970.rounded(.down)) }
        if case .observed(.present(let list as any ServerList)) = entry {
            (hosts, listSlot) = (list.hosts, slot)
        } else if slot == listSlot {
            (hosts, listSlot) = ([], nil)
        }
        if case .observed(.present(let scope as any RunScope)) = entry {
            (self.scope, scopeSlot) = (scope, slot)
        } else if slot == scopeSlot {
            (scope, scopeSlot) = (nil, nil)
        }
    }

    /// The same evidence without some facts.
    func leavingOut(_ facts: Set<FactID>) -> Evidence {
        var rest = self
        rest.entries = entries.filter { !facts.contains($0.key.fact) }
        return rest
    }

    /// Every slot that is filled, in a stable order.
    public var slots: [Slot] { entries.keys.sorted() }

    /// Those of them at one place, in the same order.
    package func slots(at place: Place) -> [Slot] { entries.keys.filter { $0.place == place }.sorted() }

    /// Whether anything is absent for this reason, or for the want of what is.
    package func lacksAnything(for reason: Absence) -> Bool {
        entries.values.contains { if case .observed(.absent(let why)) = $0 { why.root == reason } else { false } }
    }

    /// Every server to test: the hosts in order of preference, each at every address.
    public var servers: [MailServer] {
        hosts.flatMap { host in host.addresses.map { MailServer(host: host.name, address: $0) } }
    }

    /// Why nothing at a place is inside the scope of the run, one sentence; nil where something is.
    package func outsideScope(_ place: Place) -> String? {
        guard let scope, place.scope == .server || place.scope == .address else { return nil }
        let reasons = servers.filter(place.covers).map(scope.leavesOut)
        return reasons.allSatisfy { $0 != nil } ? reasons.first ?? nil : nil
    }

    /// Every place of a scope, in the order of the server list, each once.
    public func places(_ scope: Scope) -> [Place] {
        switch scope {
        case .domain: return [.domain]
        case .host: return hosts.map { .host($0.name) }
        case .server: return servers.map { .server($0) }
        case .address:
            var seen: Set<IPAddress> = []
            return servers.filter { seen.insert($0.address).inserted }.map { .address($0.address) }
        }
    }
}

extension Evidence: Equatable {
    /// Equal when domain, instant, settings and every fact and absence are; the trace does not count.
    public static func == (left: Evidence, right: Evidence) -> Bool {
        left.domain == right.domain && left.collectedAt == right.collectedAt && left.settings == right.settings
            && left.entries == right.entries
    }
}

extension Evidence.Entry: Equatable {
    static func == (left: Evidence.Entry, right: Evidence.Entry) -> Bool {
        switch (left, right) {
        case (.observed(.present(let left)), .observed(.present(let right))): left.isEqual(to: right)
        case (.observed(.absent(let left)), .observed(.absent(let right))): left == right
        case (.foreign(let leftVersion, let left), .foreign(let rightVersion, let right)):
            leftVersion == rightVersion && left == right
        case (.unreadable(let leftVersion, let left, _), .unreadable(let rightVersion, let right, _)):
            leftVersion == rightVersion && left == right
        default: false
        }
    }
}

extension Fact {
    fileprivate func isEqual(to other: any Fact) -> Bool { (other as? Self) == self }
}

/// What a run did beside its facts.
public struct Trace: Sendable, Hashable, Codable {
    /// What was said on one connection.
    public struct Conversation: Sendable, Hashable, Codable {
        /// The place, for a connection to a server.
        public var place: Place
        /// What the connection was for.
        public var label: String
        /// When the connection was asked for, in seconds since the start of the run; nil in evidence of the time when nobody
        /// noted it.
        public var began: Double?
        /// What was said.
        public var lines: [Transcript.Line]

        /// One conversation.
        public init(place: Place, label: String, began: Double? = nil, lines: [Transcript.Line]) {
            self.place = place
            self.label = label
            self.began = began
            self.lines = lines
        }
    }

    /// The conversations, in the order they were started.
    public var conversations: [Conversation] = []
    /// How many connections were opened to each address, by its text.
    public var connections: [String: Int] = [:]
    /// How long the run took, in seconds.
    public var seconds: Double = 0
    /// Which version of the engine collected.
    public var engine: String = ""

    /// Nothing yet.
    public init() {}
}
