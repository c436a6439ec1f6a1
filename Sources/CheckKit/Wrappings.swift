public import FoundationEssentials
public import MailModel

/// A welcome fact: nil only where it is *not applicable*. Any other absence blocks the step, because a lookup that timed
/// out must never look like "no record".
extension Optional: Need where Wrapped: Fact {
    /// The wrapped fact.
    public static var dependency: Dependency? { Dependency(fact: Wrapped.factType, kind: .single) }

    /// The fact, or nil where it does not apply.
    public static func draw(from inputs: Inputs) throws(Absence) -> Self {
        do throws(Absence) {
            return try Wrapped.draw(from: inputs)
        } catch {
            if case .notApplicable = error { return nil }
            throw error
        }
    }
}

extension Optional: DomainNeed where Wrapped: Fact & DomainNeed {}
extension Optional: HostNeed where Wrapped: Fact & HostNeed {}
extension Optional: AddressNeed where Wrapped: Fact & AddressNeed {}
extension Optional: ServerNeed where Wrapped: Fact & ServerNeed {}

/// The fact, or why it is absent: for steps whose subject is failure.
extension Observed: Need where Value: Fact {
    /// The wrapped fact.
    public static var dependency: Dependency? { Dependency(fact: Value.factType, kind: .observed) }

    /// Never throws.
    public static func draw(from inputs: Inputs) throws(Absence) -> Self {
        inputs.evidence.observed(Value.self, at: inputs.place)
    }
}

extension Observed: DomainNeed where Value: Fact & DomainNeed {}
extension Observed: HostNeed where Value: Fact & HostNeed {}
extension Observed: AddressNeed where Value: Fact & AddressNeed {}
extension Observed: ServerNeed where Value: Fact & ServerNeed {}

/// A fact at every server inside the step's place; only for steps of a wider scope than the server.
public struct PerServer<F: Fact & ServerNeed>: DomainNeed, HostNeed, AddressNeed, Equatable {
    /// One server's result.
    public struct Element: Sendable, Equatable {
        /// The server.
        public let server: MailServer
        /// Its fact, or why it is absent.
        public let observed: Observed<F>

        /// One server's result.
        public init(server: MailServer, observed: Observed<F>) {
            self.server = server
            self.observed = observed
        }

        /// Equal when server and result are.
        public static func == (left: Element, right: Element) -> Bool {
            left.server == right.server && left.observed == right.observed
        }
    }

    /// The results of the servers inside the scope of the run, in the order of the server list.
    public let elements: [Element]
    /// The results of the servers outside it, in the same order; empty as long as nothing narrows the run.
    public let outsideScope: [Element]

    /// Results by server; for examples and tests.
    public init(_ elements: [Element], outsideScope: [Element] = []) {
        self.elements = elements
        self.outsideScope = outsideScope
    }

    /// Results by server; for examples and tests.
    public init(_ results: [(MailServer, Observed<F>)]) {
        self.init(results.map { Element(server: $0.0, observed: $0.1) })
    }

    /// The facts that are there.
    public var present: [F] { elements.compactMap { $0.observed.value } }

    /// The wrapped fact.
    public static var dependency: Dependency? { Dependency(fact: F.factType, kind: .fanIn) }

    /// Never throws: each element says for itself why it is absent.
    public static func draw(from inputs: Inputs) throws(Absence) -> Self {
        let elements = inputs.evidence.servers.filter { inputs.place.covers($0) }.map {
            Element(server: $0, observed: inputs.evidence.observed(F.self, at: .server($0)))
        }
        guard let scope = inputs.evidence.scope else { return PerServer(elements) }
        return PerServer(
            elements.filter { scope.leavesOut($0.server) == nil },
            outsideScope: elements.filter { scope.leavesOut($0.server) != nil })
    }
}

/// A fact at every MX host; only for steps of domain scope.
public struct PerHost<F: Fact & HostNeed>: DomainNeed {
    /// The results, in the order of the server list.
    public let elements: [(host: DomainName, observed: Observed<F>)]

    /// Results by host; for examples and tests.
    public init(_ elements: [(host: DomainName, observed: Observed<F>)]) { self.elements = elements }

    /// The facts that are there.
    public var present: [F] { elements.compactMap { $0.observed.value } }

    /// The wrapped fact.
    public static var dependency: Dependency? { Dependency(fact: F.factType, kind: .fanIn) }

    /// Never throws: each element says for itself why it is absent.
    public static func draw(from inputs: Inputs) throws(Absence) -> Self {
        PerHost(inputs.evidence.hosts.map { ($0.name, inputs.evidence.observed(F.self, at: .host($0.name))) })
    }
}

/// A fact that may still be arriving: the probe starts without it and awaits it where it needs it.
public struct Pending<F: Fact>: Need {
    private let slot: Slot?
    private let settled: Observed<F>
    private let arrival: Inputs.Arrival?

    /// A fact that is settled already; for tests.
    public init(_ settled: Observed<F>) {
        slot = nil
        self.settled = settled
        arrival = nil
    }

    private init(slot: Slot?, settled: Observed<F>, arrival: Inputs.Arrival?) {
        self.slot = slot
        self.settled = settled
        self.arrival = arrival
    }

    /// Waits until the fact is settled.
    public func observed() async -> Observed<F> {
        guard let slot, let arrival else { return settled }
        switch await arrival(slot, nil) {
        case .present(let fact): return (fact as? F).map { .present($0) } ?? .absent(.unplanned)
        case .absent(let why): return .absent(why)
        }
    }

    /// The wrapped fact.
    public static var dependency: Dependency? { Dependency(fact: F.factType, kind: .pending) }

    /// Never throws.
    public static func draw(from inputs: Inputs) throws(Absence) -> Self {
        Pending(
            slot: inputs.place.widened(to: F.scope).map { Slot(F.id, $0) },
            settled: inputs.evidence.observed(F.self, at: inputs.place), arrival: inputs.arrival)
    }
}

extension Pending: DomainNeed where F: DomainNeed {}
extension Pending: HostNeed where F: HostNeed {}
extension Pending: AddressNeed where F: AddressNeed {}
extension Pending: ServerNeed where F: ServerNeed {}

/// A drafted fact at every server inside the step's place, watched while it is being learnt: a probe can go on as soon as
/// enough is known, while the conversation that shows it goes on.
public struct Unfolding<F: DraftFact & ServerFact>: DomainNeed, HostNeed, AddressNeed, ServerNeed {
    private let settled: PerServer<F>
    private let arrival: Inputs.Arrival?

    /// Facts that are settled already; for tests.
    public init(_ settled: PerServer<F>) {
        self.settled = settled
        arrival = nil
    }

    private init(settled: PerServer<F>, arrival: Inputs.Arrival?) {
        self.settled = settled
        self.arrival = arrival
    }

    /// The servers, in the order of the server list.
    public var servers: [MailServer] { settled.elements.map(\.server) }

    /// Waits until the fact of every server is settled, or enough of it is known.
    public func elements(once isEnough: @escaping @Sendable (F) -> Bool) async -> PerServer<F> {
        guard let arrival else { return settled }
        var elements: [PerServer<F>.Element] = []
        for server in servers {
            let observed = await arrival(Slot(F.id, .server(server))) { draft in (draft as? F).map(isEnough) ?? false }
            switch observed {
            case .present(let fact):
                elements.append(
                    .init(server: server, observed: (fact as? F).map { .present($0) } ?? .absent(.unplanned)))
            case .absent(let why): elements.append(.init(server: server, observed: .absent(why)))
            }
        }
        return PerServer(elements)
    }

    /// The wrapped fact.
    public static var dependency: Dependency? { Dependency(fact: F.factType, kind: .pending) }

    /// Never throws.
    public static func draw(from inputs: Inputs) throws(Absence) -> Self {
        Unfolding(settled: try PerServer.draw(from: inputs), arrival: inputs.arrival)
    }
}

/// Whether the plan reaches a derived fact. What nobody asks for is not sent.
public struct Wanted<F: Fact>: DomainNeed, HostNeed, AddressNeed, ServerNeed {
    /// Whether some check of the plan needs the fact.
    public let isWanted: Bool

    /// For tests.
    public init(_ isWanted: Bool) { self.isWanted = isWanted }

    /// The wrapped fact, as a question about the plan only.
    public static var dependency: Dependency? {
        Dependency(fact: F.factType, kind: .wanted, holdsForEveryDomain: true)
    }

    /// Never throws.
    public static func draw(from inputs: Inputs) throws(Absence) -> Self {
        Wanted(inputs.wanted.contains(F.id))
    }
}

/// A fact that sheds light on a check's subject where the plan collects it for another check's sake, or why it is absent. The
/// step costs nothing more. Checks, and what is derived for them, are computed when everything is settled; a probe waits.
public struct Incidental<F: Fact>: DomainNeed, HostNeed, AddressNeed, ServerNeed {
    /// The fact, or why it is absent.
    public let observed: Observed<F>
    /// Whether the plan collects it.
    public let isPlanned: Bool
    private let later: Pending<F>?

    /// A fact, or why it is absent; for examples and tests.
    public init(_ observed: Observed<F>) {
        self.observed = observed
        isPlanned = observed.absence != .unplanned
        later = nil
    }

    private init(_ observed: Observed<F>, isPlanned: Bool, later: Pending<F>?) {
        self.observed = observed
        self.isPlanned = isPlanned
        self.later = later
    }

    /// For probes: waits until the fact is settled, where the plan collects it.
    public func settled() async -> Observed<F> { await later?.observed() ?? observed }

    /// The fact, where it is there.
    public var value: F? { observed.value }

    /// The wrapped fact, as a question about the plan only.
    public static var dependency: Dependency? { Dependency(fact: F.factType, kind: .wanted) }

    /// Never throws.
    public static func draw(from inputs: Inputs) throws(Absence) -> Self {
        let isPlanned = inputs.wanted.contains(F.id)
        return Incidental(
            inputs.evidence.observed(F.self, at: inputs.place), isPlanned: isPlanned,
            later: isPlanned && inputs.arrival != nil ? try Pending.draw(from: inputs) : nil)
    }
}

/// The instant of judgement: the evidence's own, unless the person judging names another.
public struct JudgedAt: DomainNeed, HostNeed, AddressNeed, ServerNeed, Equatable {
    /// The instant.
    public let instant: Date

    /// An instant.
    public init(_ instant: Date) { self.instant = instant }

    /// Not a fact.
    public static var dependency: Dependency? { nil }

    /// Never throws.
    public static func draw(from inputs: Inputs) throws(Absence) -> Self { JudgedAt(inputs.judgedAt) }
}

/// The MX host that the step runs for, or whose server it runs for.
public struct ThisHost: HostNeed, ServerNeed, Equatable {
    /// The host.
    public let name: DomainName

    /// A host; for examples and tests.
    public init(_ name: DomainName) { self.name = name }

    /// Not a fact.
    public static var dependency: Dependency? { nil }

    /// Throws only where a step of another scope asks, which does not compile.
    public static func draw(from inputs: Inputs) throws(Absence) -> Self {
        guard case .host(let name)? = inputs.place.widened(to: .host) else { throw .unplanned }
        return ThisHost(name)
    }
}

/// The server that the step runs for: for steps whose answer depends on the address itself.
public struct ThisServer: ServerNeed, Equatable {
    /// The server.
    public let server: MailServer

    /// A server; for examples and tests.
    public init(_ server: MailServer) { self.server = server }

    /// Not a fact.
    public static var dependency: Dependency? { nil }

    /// Throws only where a step of another scope asks, which does not compile.
    public static func draw(from inputs: Inputs) throws(Absence) -> Self {
        guard case .server(let server) = inputs.place else { throw .unplanned }
        return ThisServer(server)
    }
}
