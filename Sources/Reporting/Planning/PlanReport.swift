public import CheckKit
public import MailModel

/// What a run would ask, of whom and why, before it sends anything.
public struct PlanReport: Sendable {
    /// The domain; nil for any.
    public let domain: DomainName?
    /// The profiles whose checks are planned, by id.
    public let profiles: [String]
    /// The steps and the checks.
    public let outline: PlanOutline
    /// How the run would behave.
    public let settings: RunSettings

    /// A plan for a domain, or for any.
    public init(domain: DomainName?, profiles: [String], outline: PlanOutline, settings: RunSettings) {
        self.domain = domain
        self.profiles = profiles
        self.outline = outline
        self.settings = settings
    }

    /// One question of the plan.
    struct Question {
        let step: PlanOutline.Step
        let traffic: Traffic
        /// What is asked, with the domain's name in it.
        let text: String
    }

    /// What is asked over a channel, in the order of the plan.
    func questions(_ channel: Traffic.Channel) -> [Question] {
        outline.steps.compactMap { step in
            guard let traffic = step.traffic, traffic.channel == channel else { return nil }
            let name = domain?.text ?? "DOMAIN"
            return Question(
                step: step, traffic: traffic, text: traffic.question.replacing("{domain}", with: name))
        }
    }

    /// Probes that do not say what they send.
    var silent: [PlanOutline.Step] { outline.steps.filter { $0.isProbe && $0.traffic == nil } }

    /// How many connections a mail server sees where it behaves.
    var connections: ClosedRange<Int> {
        let counts = questions(.smtp).map(\.traffic.usual)
        return counts.reduce(0) { $0 + $1.lowerBound }...counts.reduce(0) { $0 + $1.upperBound }
    }
}

extension ClosedRange<Int> {
    /// The numbers with their noun: `1 lookup`, `0 to 2 lookups`.
    func of(_ noun: String) -> String {
        let plural = upperBound == 1 ? noun : "\(noun)s"
        return lowerBound == upperBound ? "\(upperBound) \(plural)" : "\(lowerBound) to \(upperBound) \(plural)"
    }
}
