internal import CheckEngine
public import CheckKit
public import MailModel

extension CheckBench {
    /// What came of a run.
    public struct Run: Sendable {
        /// Every fact of the run, or why it is absent, and the transcripts.
        public let evidence: Evidence
        /// The outcomes, check by check, each at its places.
        public let results: [CheckResult]
        /// The DNS, with what it was asked.
        public let dns: ScriptedDNS
        /// The servers, with what they were sent; where something else took the place of their scripts, nobody talked to them.
        public let smtp: ScriptedSMTP
        /// What was offered in handshakes at `! tls`, in order.
        public let offers: [TLSOffer]
        /// The ClientHello messages that were sent at `! tls`, in order.
        public let hellos: [HelloOffer]
        let plan: Plan

        /// How many connections were opened to all servers together.
        public var connections: Int { evidence.trace.connections.values.reduce(0, +) }
        /// The commands that no script expected; none where the bench is strict.
        public var surprises: [String] { smtp.surprises }
    }
}

extension CheckBench.Run {
    /// What a check says at a place, or at its only place. Throws `CheckBench.Failure`.
    public func outcome(_ check: String, at place: Place? = nil) throws -> Outcome {
        let results = results.filter { $0.check == check }
        guard !results.isEmpty else { throw CheckBench.Failure("The check \(check) was not run.") }
        let there = try only(results.map(\.place), place, of: "The check \(check) was judged")
        return results.first { $0.place == there }?.outcome ?? results[0].outcome
    }

    /// The codes of what a check found at a place, or at its only place. Throws `CheckBench.Failure`.
    public func codes(_ check: String, at place: Place? = nil) throws -> [String] {
        try outcome(check, at: place).findings.map(\.code)
    }

    /// A fact at a place, or at its only place. Throws `CheckBench.Failure` with the reason why it is absent.
    public func fact<F: Fact>(_ type: F.Type, at place: Place? = nil) throws -> F {
        let observed = try observed(type, at: place)
        if let why = observed.absence { throw CheckBench.Failure("The fact \(F.id) is absent: \(why).") }
        return try observed.get()
    }

    /// A fact at a place, or at its only place, or why it is absent. Throws `CheckBench.Failure` where the run could not have it.
    public func observed<F: Fact>(_ type: F.Type, at place: Place? = nil) throws -> Observed<F> {
        guard plan.knownFacts.contains(F.factType) else {
            throw CheckBench.Failure("No plugin of the bench gives the fact \(F.id).")
        }
        guard plan.facts.contains(F.id) else {
            let checks = plan.checks.map(\.id).joined(separator: ", ")
            throw CheckBench.Failure("No check of the run asks for the fact \(F.id); it had \(checks).")
        }
        let wider = place.map { $0.widened(to: F.scope) ?? $0 }
        return evidence.observed(type, at: try only(evidence.places(F.scope), wider, of: "The fact \(F.id) is learnt"))
    }

    /// The place that is meant; where none is named, the only one there is.
    private func only(_ places: [Place], _ place: Place?, of what: String) throws(CheckBench.Failure) -> Place {
        if let place, places.contains(place) { return place }
        if place == nil, places.count == 1 { return places[0] }
        if places.isEmpty { throw CheckBench.Failure("\(what) nowhere: the run has no such place.") }
        let list = places.map { $0 == .domain ? "the domain" : "\($0)" }.joined(separator: ", ")
        throw CheckBench.Failure(
            place.map { "\(what) at \(list), not at \($0)." } ?? "\(what) at \(list): say at which.")
    }
}
