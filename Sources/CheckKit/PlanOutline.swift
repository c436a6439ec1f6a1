/// What a plan will ask and why, to be told before the first packet.
public struct PlanOutline: Sendable {
    /// A fact that the plan reaches, and how it is learnt.
    public struct Step: Sendable {
        /// The fact.
        public let fact: FactID
        /// For what kind of place it is learnt.
        public let scope: Scope
        /// What it is about, in words; nil for what is derived from other facts, and where its author does not say.
        public let subject: String?
        /// What is sent for it; nil for what is derived, and where its author does not say.
        public let traffic: Traffic?
        /// Whether it is asked for; else it is derived from other facts.
        public let isProbe: Bool
        /// The facts that it needs.
        public let needs: [FactID]
        /// The checks that rest on it, by id, in the order of the plan.
        public package(set) var checks: [String] = []

        /// What is asked, by a probe.
        package init(asking fact: FactID, _ scope: Scope, _ subject: String?, _ traffic: Traffic?, needs: [FactID]) {
            (self.fact, self.scope, self.subject, self.traffic, self.needs) = (fact, scope, subject, traffic, needs)
            isProbe = true
        }

        /// What is derived.
        package init(deriving fact: FactID, _ scope: Scope, needs: [FactID]) {
            (self.fact, self.scope, self.needs) = (fact, scope, needs)
            (subject, traffic, isProbe) = (nil, nil, false)
        }
    }

    /// A check and what it rests on at first hand.
    public struct Check: Sendable {
        /// Its id.
        public let id: String
        /// What it claims.
        public let title: String
        /// For what kind of place it judges.
        public let scope: Scope
        /// The facts that it needs.
        public let needs: [FactID]

        /// A check by its parts.
        package init(id: String, title: String, scope: Scope, needs: [FactID]) {
            (self.id, self.title, self.scope, self.needs) = (id, title, scope, needs)
        }
    }

    /// The steps, each behind what it needs.
    public let steps: [Step]
    /// The checks.
    public let checks: [Check]

    /// An outline by its parts.
    package init(steps: [Step], checks: [Check]) { (self.steps, self.checks) = (steps, checks) }
}
