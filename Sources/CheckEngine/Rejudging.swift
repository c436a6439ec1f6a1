public import CheckKit
internal import MailModel

/// Evidence that was judged, with every derived fact, ready to be judged again after something in it has changed.
///
/// Only what depends on the change is computed: a derived fact that comes out as before passes nothing on.
public struct JudgedEvidence: Sendable {
    /// The evidence as it was collected.
    let collected: Evidence
    /// The evidence with its derived facts.
    public let evidence: Evidence
    /// The outcomes, check by check.
    public let results: [CheckResult]
    /// Where the outcomes of each check stand among them, in the order of the plan.
    let spans: [Range<Int>]
}

extension Judge {
    /// Judges evidence for the first time.
    public func judgeAll(_ evidence: Evidence) -> JudgedEvidence {
        let complete = deriving(evidence)
        let results = judge(derived: complete)
        return JudgedEvidence(collected: evidence, evidence: complete, results: results, spans: spans(of: results))
    }

    private func spans(of results: [CheckResult]) -> [Range<Int>] {
        var start = 0
        return plan.checks.map { check in
            let end = results[start...].firstIndex { $0.check != check.id } ?? results.endIndex
            defer { start = end }
            return start..<end
        }
    }

    /// The outcomes after some slots were settled anew. Equal to judging all of it again.
    public func judge(_ before: JudgedEvidence, after changes: [Slot: Observed<any Fact>]) -> JudgedEvidence {
        var collected = before.collected
        var evidence = before.evidence
        for (slot, observed) in changes {
            collected.settle(slot, observed)
            evidence.settle(slot, observed)
        }
        // Another list of servers is another run; where there is none, every check says why in the list's own words.
        guard evidence.hosts == before.evidence.hosts, !evidence.hosts.isEmpty else { return judgeAll(collected) }
        var ripple = Ripple(evidence, changes.keys)
        for derivation in plan.derivations where ripple.touches(derivation.needs) {
            for place in evidence.places(derivation.provides.scope) where ripple.reaches(derivation.needs, at: place) {
                let slot = Slot(derivation.provides.id, place)
                derive(derivation, at: place, of: collected, in: &evidence)
                if !evidence.agrees(with: before.evidence, on: slot) { ripple.add(slot) }
            }
        }
        guard !ripple.movesTheScope(of: plan) else { return judgeAll(collected) }
        var results = before.results
        for (check, span) in zip(plan.checks, before.spans) where ripple.touches(check.needs) {
            for index in span {
                let place = results[index].place
                guard ripple.reaches(check.needs, at: place) else { continue }
                results[index] = judge(check, at: place, evidence)
            }
        }
        return JudgedEvidence(collected: collected, evidence: evidence, results: results, spans: before.spans)
    }
}

/// Which slots have changed so far, and whom that concerns.
private struct Ripple {
    private let servers: [MailServer]
    private var places: [FactID: [Place]] = [:]

    init(_ evidence: Evidence, _ slots: some Sequence<Slot>) {
        servers = evidence.servers
        for slot in slots { add(slot) }
    }

    mutating func add(_ slot: Slot) { places[slot.fact, default: []].append(slot.place) }

    /// Whether a fact of these has changed anywhere.
    func touches(_ needs: [Dependency]) -> Bool { needs.contains { places[$0.fact.id] != nil } }

    /// Whether a step with these needs sees a change: of a fact at its place, around it or inside it.
    func reaches(_ needs: [Dependency], at place: Place) -> Bool {
        needs.contains { need in
            places[need.fact.id]?.contains { changed in
                changed == .domain || place == .domain || changed == place
                    || servers.contains { changed.covers($0) && place.covers($0) }
            } ?? false
        }
    }

    func movesTheScope(of plan: Plan) -> Bool {
        plan.steps.contains { $0.provides.type is any RunScope.Type && places[$0.provides.id] != nil }
    }
}
