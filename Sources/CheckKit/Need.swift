public import FoundationEssentials
internal import MailModel

/// Something a step may name as a parameter: a fact, a fact in one of the wrappings below, or the profile's knobs.
public protocol Need: Sendable {
    /// The fact that must be settled first; nil for what is not a fact.
    static var dependency: Dependency? { get }

    /// Takes the value out of the inputs; throws why it cannot.
    static func draw(from inputs: Inputs) throws(Absence) -> Self
}

/// What a step of domain scope may ask for.
public protocol DomainNeed: Need {}
/// What a step of host scope may ask for.
public protocol HostNeed: Need {}
/// What a step of address scope may ask for.
public protocol AddressNeed: Need {}
/// What a step of server scope may ask for.
public protocol ServerNeed: Need {}

/// An edge of the plan: which fact a step asks for, and how.
public struct Dependency: Sendable, Hashable {
    /// How a fact is asked for.
    public enum Kind: String, Sendable, Hashable {
        /// The fact at this place, or the wider one around it.
        case single
        /// The fact at every place of its scope inside this one.
        case fanIn
        /// The fact may still be arriving when the step starts.
        case pending
        /// Only whether the plan reaches the fact.
        case wanted
        /// The fact in any of the above ways, as long as the plan has a provider; else it is unplanned.
        case observed
    }

    /// The fact.
    public let fact: FactType
    /// How it is asked for.
    public let kind: Kind
    /// Whether what the step gets of the fact holds whatever the domain is, although the fact may be the domain's: a question about
    /// the plan, a host's part of the list of hosts. Other needs of facts of the domain keep a probe's fact from being shared.
    public let holdsForEveryDomain: Bool

    /// A fact, asked for in a way.
    public init(fact: FactType, kind: Kind, holdsForEveryDomain: Bool = false) {
        self.fact = fact
        self.kind = kind
        self.holdsForEveryDomain = holdsForEveryDomain
    }
}

/// What a step draws its needs from. Made by the engine; only needs of a new kind, and checks that are not written in Swift, see it.
public struct Inputs: Sendable {
    /// Everything observed so far.
    public var evidence: Evidence
    /// Where the step runs.
    public var place: Place
    /// The instant that verdicts are measured by.
    public var judgedAt: Date
    /// The profile's knobs for this check; nil means the defaults.
    public var parameters: (any Parameters)?
    /// The facts that the plan reaches.
    package var wanted: Set<FactID>
    /// Waits until a slot is settled, or until its draft is enough; only a running collector has it.
    package var arrival: Arrival?
    /// Where a probe keeps what it learns in the name of the domain.
    package var names = NameNotes()

    /// Waits until a slot is settled, or until what is kept of it fulfils the condition, if there is one.
    package typealias Arrival =
        @Sendable (Slot, (@Sendable (any DraftFact) -> Bool)?) async -> Observed<any Fact>

    /// Inputs for one step at one place.
    package init(
        evidence: Evidence, place: Place, judgedAt: Date? = nil, parameters: (any Parameters)? = nil,
        wanted: Set<FactID> = [], arrival: Arrival? = nil
    ) {
        self.evidence = evidence
        self.place = place
        self.judgedAt = judgedAt ?? evidence.collectedAt
        self.parameters = parameters
        self.wanted = wanted
        self.arrival = arrival
    }

    /// The same with a place for what is learnt in the name of the domain.
    package func naming(_ names: NameNotes) -> Inputs {
        var inputs = self
        inputs.names = names
        return inputs
    }
}

extension Fact {
    /// The fact itself, at the step's place or the wider one around it.
    public static var dependency: Dependency? { Dependency(fact: factType, kind: .single) }

    /// The fact; an absent one blocks the step, and what does not apply spreads.
    public static func draw(from inputs: Inputs) throws(Absence) -> Self {
        switch inputs.evidence.observed(Self.self, at: inputs.place) {
        case .present(let fact): return fact
        case .absent(let why):
            switch why {
            case .notApplicable, .blocked, .unplanned: throw why
            default: throw .blocked(by: id, because: why)
            }
        }
    }
}
