import CheckEngine
import CheckKit
import CheckKitTesting
import Checks
import Grading
import MailModel
import Observations
import Reporting
import Testing

@testable import MailgradeKit

/// What is known of a run is judged beside it.
@Suite struct DraftJudgingTests {
    private let domain: DomainName
    private let mailgrade: Mailgrade
    private let ledger: ConnectionLedger

    init() throws {
        domain = try DomainName(input: "example.com")
        let rig = try Rig(playing: Talk.good())
        let wire = Wire(dns: rig.dns, smtp: rig.smtp, ledger: rig.ledger)
        ledger = rig.ledger
        mailgrade = Mailgrade(plugins: Plugin.builtIn) { _ in wire }
    }

    private func policies() throws -> Policies {
        let folder = try TemporaryFolder()
        return try mailgrade.policies([try folder.file("p.yaml", SampleProfile.text)])
    }

    /// The events of the engine of a whole run.
    private func events(_ policies: Policies) async throws -> [RunEvent] {
        let rig = try Rig(playing: Talk.good())
        let events = Locked<[RunEvent]>([])
        _ = await Collector(
            policies.plan, wire: Wire(dns: rig.dns, smtp: rig.smtp, ledger: rig.ledger), settings: RunSettings()
        ).collect(domain, at: Rig.instant) { event in events.withLock { $0.append(event) } }
        return events.withLock { $0 }
    }

    @Test func `The range holds the letter of the end after every event, and ends there`() async throws {
        let policies = try policies()
        let told = Locked<[GradingEvent]>([])
        let judging = DraftJudging(
            policies, DraftEvidence(of: domain, policies.plan, RunSettings(), at: Rig.instant), pace: .zero
        ) { event in told.withLock { $0.append(event) } }
        for event in try await events(policies) {
            judging.receive(event)
            judging.judgeDraft()
        }
        let ranges = told.withLock { $0 }.compactMap { event -> (Grade, Grade)? in
            if case .range("sample", let worst, let best) = event { (worst, best) } else { nil }
        }
        #expect(ranges.count > 1)
        #expect(ranges.allSatisfy { $0.0 <= .aPlus && .aPlus <= $0.1 })
        #expect(ranges.last?.0 == .aPlus && ranges.last?.1 == .aPlus)
    }

    @Test func `What came before a probe was cut off counts as what Ctrl-C would leave`() async throws {
        let policies = try policies()
        var draft = DraftEvidence(of: domain, policies.plan, RunSettings(), at: Rig.instant)
        #expect(draft.evidence.slots.allSatisfy { draft.evidence.observed($0).absence == .cancelled })
        var isNews = false
        for event in try await events(policies) {
            if case .finished(let evidence) = event {
                #expect(
                    policies.reports(draft.evidence).first.assessment == policies.reports(evidence).first.assessment)
                let isNew = draft.receive(event)
                #expect(!isNew)
            } else {
                isNews = draft.receive(event) || isNews
            }
        }
        #expect(isNews)
    }

    @Test(.timeLimit(.minutes(10)), arguments: ["EHLO …", "STARTTLS", "RCPT …"])
    func `What is judged of a run is what Ctrl-C would leave at that moment`(_ last: String) async throws {
        let policies = try mailgrade.policies(["default"])
        var talk = Talk.good()
        let end = try #require(talk.firstRange(of: "C: \(last.split(separator: " ")[0])")).lowerBound
        talk = String(talk[..<end]) + "C: \(last)\n! hang"
        let rig = try Rig(playing: talk)
        let draft = Locked(DraftEvidence(of: domain, policies.plan, RunSettings(), at: Rig.instant))
        let events = Locked(0)
        let smtp = rig.smtp
        let command = String(last.prefix(4))
        let run = Task { [domain] in
            await Collector(
                policies.plan, wire: Wire(dns: rig.dns, smtp: rig.smtp, ledger: rig.ledger), settings: RunSettings()
            ).collect(domain, at: Rig.instant) { event in
                // What the end of the run brings is not known before.
                if case .settled(_, let observed, _) = event, observed.absence?.root == .cancelled { return }
                draft.withLock { _ = $0.receive(event) }
                events.withLock { $0 += 1 }
            }
        }
        while !smtp.sent.contains(where: { $0.hasPrefix(command) }) { try await Task.sleep(for: .milliseconds(5)) }
        // Everything that does not hang is known then.
        let names = Slot(PTRNames.id, .address(try #require(IPAddress("192.0.2.25"))))
        var (heard, calm) = (0, 0)
        while calm < 40 || !draft.withLock({ $0.evidence.observed(names).value != nil }) {
            try await Task.sleep(for: .milliseconds(5))
            let now = events.withLock { $0 }
            calm = now == heard ? calm + 1 : 0
            heard = now
        }
        let before = draft.withLock(\.evidence)
        run.cancel()
        let evidence = await run.value
        let (left, right) = (policies.reports(before).first.assessment, policies.reports(evidence).first.assessment)
        #expect(left.range == right.range)
        #expect(left.openQuestions.map(\.check) == right.openQuestions.map(\.check))
    }

    @Test(.timeLimit(.minutes(10)))
    func `However many facts arrive, they are judged together, and not before the pace allows it`() async throws {
        let policies = try policies()
        let clock = ManualClock()
        let judging = DraftJudging(
            policies, DraftEvidence(of: domain, policies.plan, RunSettings(), at: Rig.instant), pace: .seconds(1)
        ) { _ in }
        let events = try await events(policies).filter { if case .settled = $0 { true } else { false } }
        let following = Task { await judging.follow(on: clock) }
        for event in events { judging.receive(event) }
        while clock.sleepers == 0 { await Task.yield() }
        let first = judging.judgements
        #expect(first >= 1)
        for event in events { judging.receive(event) }
        clock.advance(by: .milliseconds(999))
        for _ in 0..<100 { await Task.yield() }
        #expect(judging.judgements == first)
        clock.advance(by: .milliseconds(1))
        while judging.judgements == first { await Task.yield() }
        while clock.sleepers == 0 { await Task.yield() }
        #expect(judging.judgements == first + 1)
        judging.finish()
        clock.advance(by: .seconds(1))
        await following.value
    }

    @Test func `A run that is not asked for it judges nothing before its end`() async throws {
        for (pace, isJudged) in [(Duration.zero, true), (nil, false)] {
            let run = mailgrade.run(domain, try policies(), at: Rig.instant, judgingDraftsAt: pace)
            var hasRange = false
            for await event in run.events { if case .range = event { hasRange = true } }
            // A run this short may be over before it is judged for the first time.
            if !isJudged { #expect(!hasRange) }
            #expect(try await run.reports().first.assessment.grade == .aPlus)
        }
    }

    @Test func `A wait of a connection is an event, once for all that wait for the same instant`() async throws {
        let heard = Locked<[GradingEvent]>([])
        let ledger = ConnectionLedger()
        ledger.whenWaiting { wait in heard.withLock { $0.append(GradingEvent(wait)) } }
        let address = try #require(IPAddress("192.0.2.1"))
        let end = ContinuousClock.now + .seconds(5)
        for _ in 0..<3 { ledger.waits(ConnectionWait(address, for: .seconds(5), until: end, sign: "421 4.7.0 busy")) }
        #expect(
            heard.withLock { $0 } == [.waits(place: EventPlace(.address(address)), seconds: 5, sign: "421 4.7.0 busy")])
        let line = try #require(try heard.withLock { $0 }.first?.line())
        #expect(
            line
                == #"{"address":"192.0.2.1","event":"waits","host":null,"schema":"mailgrade.events/1","seconds":5,"sign":"421 4.7.0 busy"}"#
                + "\n")
        #expect(
            try GradingEvent.range(profile: "default", worst: .f, best: .aPlus).line()
                == #"{"best":"A+","event":"range","profile":"default","schema":"mailgrade.events/1","worst":"F"}"#
                + "\n")
    }
}
