import CheckEngine
import CheckKit
import CheckKitTesting
import Grading
import Testing

/// What is said of a run before its end: forgetting never helps, and what is not known yet is forgotten.
@Suite struct DraftTests {
    @Test(
        "whatever is known already, the range holds the letter of the end",
        arguments: try Corpus.names().enumerated().filter { $0.offset.isMultiple(of: 4) }.map(\.element))
    func range(name: String) throws {
        let bench = try LawBench("default")
        let run = try bench.run(name)
        guard let letter = run.before.assessment.grade else { return }
        for seed in [1, 2] as [UInt64] {
            var random = SplitMix(seed: seed)
            // The domain is first, as its servers are not known before.
            let slots =
                run.evidence.slots.filter { $0.place == .domain }.shuffled(using: &random)
                + run.evidence.slots.filter { $0.place != .domain }.shuffled(using: &random)
            var draft = DraftEvidence(
                of: run.evidence.domain, bench.plan, run.evidence.settings, at: run.evidence.collectedAt)
            for (index, slot) in slots.enumerated() {
                _ = draft.receive(.settled(slot, run.evidence.observed(slot), nil))
                guard index.isMultiple(of: 5) || index == slots.count - 1 else { continue }
                let judged = bench.judged(draft.evidence)
                guard let range = judged.assessment.range else { continue }
                #expect(
                    range.worst <= letter && letter <= range.best,
                    "\(slots[0...index].last?.fact.text ?? ""): \(judged)")
            }
        }
    }
}
