public import CheckKit
public import FoundationEssentials
public import Grading
public import MailModel
internal import Observations

/// Everything a report says about one run, whatever its form. Pure: made of the evidence and the judgement, and of nothing
/// else, so that judging saved evidence gives the same report as the run did.
public struct Report: Sendable, Hashable {
    /// What a report shows beside what checks ask for: derived facts for the plan to show.
    public static let facts: [FactID] = [Greeting.id, ServerDelivery.id, DomainDelivery.id]

    /// The domain.
    public var domain: DomainName
    /// The grade and how it came about.
    public var assessment: Assessment
    /// The reasons for the letter, the deciding one first, with what was found.
    public var reasons: [Reason]
    /// Whether this machine is why there is no letter, and nothing about the domain is.
    public var isOwnSide: Bool
    /// What the score is made of.
    public var points: Points
    /// What the best letter was earned by, where a check gave a bonus.
    public var merits: [Merit]
    /// What was not tested because this machine cannot; nil where nothing was left out.
    public var scope: TestedScope?
    /// The servers that were tested as if the domain's MX records named them; empty where these were tested themselves.
    public var namedServers: [NamedServer]
    /// What the domain publishes about its mail.
    public var published: DomainSummary
    /// Each MX host at each address; a host without an address is there too.
    public var servers: [ServerSummary]
    /// What becomes of mail from senders of several kinds.
    public var delivery: DeliveryMatrix
    /// Every check at every place.
    public var checks: [CheckReport]
    /// What would have to change for a better grade, and everything that was found, the most useful to fix first.
    public var explanation: Explanation
    /// The rules behind each check, by its id.
    public var references: [String: [Reference]]
    /// What could not be told, and why.
    public var doubts: [Doubt]
    /// The same, code by code, with how severe each could be.
    var openCodes: [OpenCode]
    /// The policy.
    public var profile: ProfileIdentity
    /// The run.
    public var run: RunSummary
    /// What was said on each connection.
    public var conversations: [Trace.Conversation]

    /// What was found, the most useful to fix first: the one order of every format.
    public var fixes: [Fix] { explanation.fixes }

    /// By which policy a grade was given: two grades compare only when both are equal.
    public struct ProfileIdentity: Sendable, Hashable {
        /// The profile's stable name.
        public var id: String
        /// SHA-256 of the profile's merged form, hexadecimal.
        public var digest: String
    }

    /// What the run took.
    public struct RunSummary: Sendable, Hashable {
        /// When it started.
        public var startedAt: Date
        /// The instant by which every date was judged: that of the start, unless it was judged again as of another day.
        public var judgedAt: Date
        /// How long it took, in seconds.
        public var seconds: Double
        /// How many connections were opened, to all addresses together.
        public var connections: Int
        /// How many connections were opened to each address, by its text.
        public var connectionsByAddress: [String: Int]
        /// Which version of the engine collected.
        public var engine: String
        /// Whether it was cancelled before its end.
        public var wasCancelled: Bool
    }

    /// A reason for the letter with what is behind it.
    public struct Reason: Sendable, Hashable {
        /// The reason.
        public var reason: Assessment.Reason
        /// The findings that bring it about; empty where it follows from an outcome.
        public var findings: [PlacedFinding]
    }

    /// A protection that earned a bonus.
    public struct Merit: Sendable, Hashable {
        /// The check.
        public var check: String
        /// How many points of the score.
        public var points: Double
        /// What is in force, one sentence.
        public var sentence: String
    }

    /// A finding and where it was made.
    public struct PlacedFinding: Sendable, Hashable {
        /// The check.
        public var check: String
        /// The finding's code, or nil where the rule is about the check's outcome.
        public var code: String?
        /// Where.
        public var place: Place
    }

    /// One check at one place.
    public struct CheckReport: Sendable, Hashable {
        /// The check's id.
        public var id: String
        /// The check's claim.
        public var title: String
        /// What it decides of a server's line.
        public var aspects: Set<ServerAspect> = []
        /// Where.
        public var place: Place
        /// How it came out.
        public var outcome: OutcomeWord
        /// What it found.
        public var findings: [FindingReport]
        /// Why there is no verdict, or one that leaves something open; nil where there is a whole one.
        public var why: String?
        /// The codes of which nothing could be told although the check says something, in order.
        public var undecided: [String] = []
        /// Which fact stood in the way, where the check was blocked.
        public var blockedBy: FactID?
    }

    /// One finding with its severity under the profile.
    public struct FindingReport: Sendable, Hashable {
        /// What was found.
        public var finding: Finding
        /// How much it matters under the profile.
        public var severity: Severity
    }

    /// A finding of which it could not be told whether it is there.
    struct OpenCode: Sendable, Hashable {
        let check: String
        let code: String
        /// How severe it is at worst under the profile.
        let severity: Severity
        let place: Place
    }

    /// A question left open, with every place where it is.
    public struct Doubt: Sendable, Hashable {
        /// The check's id.
        public var check: String
        /// The check's claim.
        public var title: String
        /// The codes that are open, in order; empty where the whole check is.
        public var codes: [String]
        /// Why it could not be told.
        public var why: String
        /// Where.
        public var places: [Place]
    }
}
