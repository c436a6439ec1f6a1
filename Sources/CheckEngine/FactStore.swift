public import CheckKit
public import FoundationEssentials
public import MailModel

/// Facts that runs share, so that a server is asked once however many domains have their mail there.
///
/// A run asks before it starts a probe of a host, an address or a server, and tells what came of it. Two runs that ask for the same
/// thing at the same time are joined: one collects, the other waits. Facts of the domain never get here, and neither does a fact that
/// was learnt by naming a domain to a server.
///
/// A store belongs to one network: facts seen through another resolver, or judged by other certificate authorities, are others.
public protocol FactStore: Sendable {
    /// What is known, or whose turn it is to find out. Waits while another run is at it; meanwhile `unfolding` hears what that run
    /// has learnt so far. `domain` is the one that the asking run is about. Throws `CancellationError` when the task is cancelled, and
    /// the one who is at it goes on.
    func ask(
        _ question: FactQuestion, for domain: DomainName, unfolding: @escaping @Sendable (any DraftFact) -> Void
    ) async throws -> FactAnswer

    /// What has been learnt so far by the run whose turn it is.
    func hear(_ draft: any DraftFact, on turn: FactTurn)

    /// What the run whose turn it was has found; nil where that is of no use to others: it was cancelled, or came to nothing before it
    /// asked anybody. Then it is the turn of the next who waits. Must be called for every turn that was given.
    func tell(_ fact: SharedFact?, on turn: FactTurn) async
}

/// Where facts are kept longer than a process lives, behind a store that joins those who ask.
public protocol FactShelf: Sendable {
    /// What was kept of a question; nil where nothing was, where it is too old, and where it cannot be read.
    func fact(_ question: FactQuestion) async -> SharedFact?

    /// Keeps what was found.
    func keep(_ fact: SharedFact, _ question: FactQuestion) async
}

/// Which fact, and under which conditions: two runs with the same question get the same answer.
public struct FactQuestion: Hashable, Sendable, Codable {
    /// The fact.
    public let fact: FactID
    /// The version of its stored form.
    public let version: Int
    /// Where.
    public let place: Place
    /// The settings that servers see, and what else the plan asks for as far as it changes what is asked here; a text to compare, of
    /// no other use.
    public let conditions: String

    /// A question.
    public init(_ fact: FactID, version: Int = 1, at place: Place, conditions: String = "") {
        self.fact = fact
        self.version = version
        self.place = place
        self.conditions = conditions
    }
}

/// The answer to a question.
public enum FactAnswer: Sendable {
    /// A run has found out.
    case known(SharedFact)
    /// Nobody has. It is the asker's turn; the store waits to be told.
    case unknown(FactTurn)
}

/// The right, and the duty, to answer a question.
public struct FactTurn: Hashable, Sendable {
    /// The question.
    public let question: FactQuestion
    /// Tells this turn from others for the same question.
    public let number: UInt64

    /// A turn; for stores.
    public init(_ question: FactQuestion, number: UInt64) {
        self.question = question
        self.number = number
    }
}

/// What a run found, for others.
public struct SharedFact: Sendable {
    /// The fact, or why it is absent.
    public var observed: Observed<any Fact>
    /// When it was seen.
    public var seen: Date
    /// The domain of the run that saw it.
    public var domain: DomainName
    /// What the server answered in the name of that domain, by the way.
    public var named: [any NamedFact]
    /// Whether it leaves something open that another look may settle: it is for those who wait for it now, and not to be kept.
    public var leavesOpen: Bool
    /// The server where it was seen, where it is supposed of another one; nil where it was seen.
    public var inferredFrom: MailServer?

    /// What a run found.
    public init(
        _ observed: Observed<any Fact>, seen: Date, by domain: DomainName, named: [any NamedFact] = [],
        leavesOpen: Bool = false
    ) {
        self.observed = observed
        self.seen = seen
        self.domain = domain
        self.named = named
        self.leavesOpen = leavesOpen
    }
}
