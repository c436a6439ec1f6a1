import CheckEngine
import CheckKit
import Checks
import FoundationEssentials
import Grading
import MailModel
import Observations
import Store
import Testing

/// Evidence that is put together from a store.
@Suite struct StoredFactsTests {
    @Test(
        "evidence assembled from the store is the evidence that was collected alone, after the store was closed and opened again"
    )
    func assembled() async throws {
        let bench = try Bench.shipped.get()
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "mailgrade-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for file in try Corpus.evidence() {
            let alone = try Evidence(json: file.json, known: bench.plan.knownFacts).withNamesApart
            let path = folder.appending(path: file.name).path
            try await keep(alone, bench.plan, in: path)
            let assembled = try await assemble(alone, bench.plan, from: path)
            for slot in alone.slots
            where bench.plan.facts.contains(slot.fact) && !isToldByItself(slot, alone, bench.plan) {
                #expect(assembled.agrees(with: alone, on: slot), "\(file.name): \(slot.fact) at \(slot.place)")
            }
            let complete = Judge(bench.plan).deriving(assembled)
            #expect(
                bench.assessments(complete).map(\.summary)
                    == bench.assessments(Judge(bench.plan).deriving(alone)).map(\.summary), "\(file.name)")
        }
    }

    /// As a batch keeps it: what the domain publishes, and what is shared as it was told.
    private func keep(_ evidence: Evidence, _ plan: Plan, in path: String) async throws {
        let store = try store(path, plan, at: evidence.collectedAt)
        await store.keep(evidence, evidence.settings.fingerprint)
        for (slot, question) in questions(evidence, plan) {
            let observed = evidence.observed(slot)
            // Nobody was asked for that.
            if let why = observed.absence, why.certainty == .notApplicable { continue }
            let named = evidence.observed(RelayInName.self, at: slot.place).value
            await store.keep(
                SharedFact(
                    observed, seen: evidence.collectedAt, by: evidence.domain,
                    named: slot.fact == Conversation.id ? named.map { [$0] } ?? [] : []), question)
        }
        try await store.close()
    }

    private func assemble(_ alone: Evidence, _ plan: Plan, from path: String) async throws -> Evidence {
        let store = try store(path, plan, at: alone.collectedAt)
        var start = try #require(store.evidence(of: alone.domain, alone.settings.fingerprint, alone.settings))
        for slot in alone.slots where slot.place.scope == .host && !plan.sharedFacts.contains(slot.fact) {
            start.settle(slot, alone.observed(slot))
        }
        let assembled = await Assembly(plan, alone.settings).complete(start) { await store.fact($0) }
        try await store.close()
        return assembled
    }

    private func store(_ path: String, _ plan: Plan, at instant: Date) throws -> Store {
        let day = Duration.seconds(86_400)
        return try Store(file: path, known: plan.knownFacts, ages: .init(settled: day, open: day)) { instant }
    }

    private func questions(_ evidence: Evidence, _ plan: Plan) -> [(Slot, FactQuestion)] {
        let shared = SharedQuestions(plan, evidence.settings)
        return evidence.slots.compactMap { slot in
            guard let type = plan.knownFacts.first(where: { $0.id == slot.fact }),
                let question = shared.question(type, at: slot.place)
            else { return nil }
            return (slot, question)
        }
    }

    /// What each run comes to by itself: nobody was asked for it.
    private func isToldByItself(_ slot: Slot, _ evidence: Evidence, _ plan: Plan) -> Bool {
        plan.derivedFacts.contains(slot.fact)
            || (slot.place != .domain && evidence.observed(slot).absence?.certainty == .notApplicable)
    }
}
