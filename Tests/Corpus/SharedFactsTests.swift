import CheckEngine
import CheckKit
import CheckKitTesting
import Checks
import FoundationEssentials
import Grading
import MailModel
import Observations
import Testing

/// Evidence that is put together from what other runs saw.
@Suite struct SharedFactsTests {
    @Test("evidence assembled from shared facts is the evidence that was collected alone, and no server is asked")
    func assembled() async throws {
        let bench = try Bench.shipped.get()
        for file in try Corpus.evidence() {
            let alone = try Evidence(json: file.json, known: bench.plan.knownFacts).withNamesApart
            let plan = try Plan(
                running: bench.policies.flatMap { $0.profile.checkIDs },
                from: Plugin.builtIn.map { $0.recalling(alone) })
            let wire = Wire(dns: NobodyAnswers(), smtp: NobodyAnswers())
            let store = OtherRuns(evidence: alone)
            let assembled = await Collector(plan, wire: wire, settings: alone.settings, facts: store)
                .collect(alone.domain, at: alone.collectedAt)
            for slot in alone.slots where plan.facts.contains(slot.fact) && !plan.derivedFacts.contains(slot.fact) {
                #expect(assembled.agrees(with: alone, on: slot), "\(file.name): \(slot.fact) at \(slot.place)")
            }
            // As it is saved: without what was derived.
            let saved = try Evidence(json: assembled.json(leavingOut: plan.derivedFacts), known: plan.knownFacts)
            #expect(
                bench.assessments(Judge(bench.plan).deriving(saved)).map(\.summary)
                    == bench.assessments(Judge(bench.plan).deriving(alone)).map(\.summary), "\(file.name)")
        }
    }
}

/// A store that knows what a run saw, and was told of nothing else.
private struct OtherRuns: FactStore {
    let evidence: Evidence

    func ask(
        _ question: FactQuestion, for domain: DomainName, unfolding: @escaping @Sendable (any DraftFact) -> Void
    ) async throws -> FactAnswer {
        let slot = Slot(question.fact, question.place)
        let named = evidence.observed(RelayInName.self, at: question.place).value
        guard evidence.isSettled(slot) else { return .unknown(FactTurn(question, number: 0)) }
        return .known(
            SharedFact(
                evidence.observed(slot), seen: evidence.collectedAt, by: evidence.domain,
                named: question.fact == Conversation.id ? named.map { [$0] } ?? [] : []))
    }

    func hear(_ draft: any DraftFact, on turn: FactTurn) {}
    func tell(_ fact: SharedFact?, on turn: FactTurn) async {}
}

/// A network on which nothing answers; that something is asked at all is a fault.
private struct NobodyAnswers: DNSClient, SMTPClient {
    func lookup(_ name: DomainName, _ type: DNSRecordType) async throws -> DNSAnswer {
        Issue.record("\(name) \(type) was asked for")
        throw DNSFailure.timedOut
    }

    func withConnection<Result: Sendable>(
        to server: MailServer, port: Int, waits: Waits, transcript: Transcript,
        _ body: @Sendable (any SMTPConnection) async throws -> Result
    ) async throws -> Result {
        Issue.record("\(server) was connected to")
        throw WireFailure.refused
    }
}

extension Plugin {
    /// The same, with what it asks of the domain recalled from a run.
    fileprivate func recalling(_ evidence: Evidence) -> Plugin {
        Plugin(
            name, summary: summary,
            probes: probes.map { probe in
                guard let type = probe.provides.type as? any DomainFact.Type else { return probe }
                return Self.recalling(type, evidence)
            }, derivations: derivations, checks: checks)
    }

    private static func recalling<F: DomainFact>(_ type: F.Type, _ evidence: Evidence) -> Probe {
        Probe.perDomain { (_: DomainTarget) async throws -> F in try evidence.observed(F.self, at: .domain).get() }
    }
}
