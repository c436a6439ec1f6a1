import CheckKit
import CheckKitTesting
import Checks
import Grading
import Observations
import Testing

/// The law of what a grade rests on: *forgetting never helps*. Whatever was seen is replaced by an absence that says "we do
/// not know"; the letter of before must then still be possible, or a finding at that place says what the absence itself
/// proves.
///
/// One exception: a family of addresses that this machine cannot use narrows what the run is about, if another address of
/// the host was tested. Forgetting a conversation for want of a route does just that, and the report says so.
@Suite struct ForgettingTests {
    @Test("forgetting one thing, in whatever way, leaves the letter of before possible", arguments: try Corpus.names())
    func single(name: String) throws {
        let bench = try LawBench("default")
        let run = try bench.run(name)
        guard run.before.assessment.grade != nil else { return }
        for forgetting in Forgetting.sample(of: run.evidence) {
            let after = bench.judged(run, forgetting: [forgetting])
            #expect(after.keepsOpen(run.before, forgetting: [forgetting]), "\(forgetting): \(after)")
        }
    }

    @Test(
        "forgetting several things at once does so under every shipped profile",
        arguments: try Bench.shipped.get().policies.map(\.id))
    func several(profile: String) throws {
        let bench = try LawBench(profile)
        var random = SplitMix(seed: 20_261_128)
        for name in try Corpus.names() {
            let run = try bench.run(name)
            let everything = Forgetting.slots(of: run.evidence)
            guard !everything.isEmpty else { continue }
            for _ in 0..<2 {
                var forgotten: [Forgetting] = []
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    guard let (slot, stage) = everything.randomElement(using: &random),
                        let why = Forgetting.absences.randomElement(using: &random)
                    else { continue }
                    forgotten.append(Forgetting(slot: slot, stage: stage, why: why))
                }
                let after = bench.judged(run, forgetting: forgotten)
                #expect(after.keepsOpen(run.before, forgetting: forgotten), "\(name), \(forgotten): \(after)")
            }
        }
    }

    @Test("judging again after a change gives what judging everything gives")
    func judgingAgain() throws {
        let bench = try LawBench("default")
        var random = SplitMix(seed: 11)
        for (index, name) in try Corpus.names().enumerated() where index.isMultiple(of: 5) {
            let run = try bench.run(name)
            for forgetting in Forgetting.all(of: run.evidence).shuffled(using: &random).prefix(20) {
                let whole = bench.judgedWhole(run, forgetting: forgetting)
                #expect(bench.judged(run, forgetting: [forgetting]).results == whole.results, "\(name): \(forgetting)")
            }
        }
    }

    @Test("what is forgotten is gone: the law is about something")
    func forgets() throws {
        let bench = try LawBench("default")
        let run = try bench.run("modern.test")
        let widths = Forgetting.all(of: run.evidence).map { bench.judged(run, forgetting: [$0]).assessment }
        #expect(widths.count { $0.isProvisional || $0.grade == nil } > widths.count / 2)
        #expect(run.before.assessment.isProvisional == false)
    }
}
