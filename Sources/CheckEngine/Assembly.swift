public import CheckKit
internal import FoundationEssentials
internal import MailModel

/// Puts the evidence of a domain together from what was collected elsewhere: what the domain and its hosts publish, and what holds at
/// each address, whichever domain asked first. No packet is sent.
///
/// Every probe that was answered elsewhere is taken from there. Any other one runs without a network: what it can tell without
/// asking anybody ("there is no TLSA record to compare with") it tells as ever, and what it cannot is our own failure.
public struct Assembly: Sendable {
    private let plan: Plan
    private let settings: RunSettings
    private let questions: SharedQuestions
    private let wire = Wire.none

    /// An assembly by a plan, with the settings that the facts were collected with.
    public init(_ plan: Plan, _ settings: RunSettings) {
        self.plan = plan
        self.settings = settings
        questions = SharedQuestions(plan, settings)
    }

    /// The evidence of a domain, of which what it and its hosts publish is known. `facts` knows what was collected.
    public func complete(_ evidence: Evidence, _ facts: (FactQuestion) async -> SharedFact?) async -> Evidence {
        let exchange = FactExchange { _ in }
        // Whoever judges derives the rest.
        var schedule = Schedule(plan: plan, evidence: evidence, derivesAll: false) { _ in }
        for (slot, observed) in schedule.takeNews() { exchange.arrived(slot, observed) }
        while true {
            let ready = schedule.takeReady()
            if ready.isEmpty { break }
            for (slot, probe) in ready {
                if let question = questions.question(probe.provides, at: slot.place), let fact = await facts(question) {
                    exchange.file(fact.named, at: slot.place)
                    schedule.settle(slot, fact.observed, seen: fact.seen, inferredFrom: fact.inferredFrom)
                } else {
                    let inputs = schedule.inputs(at: slot.place, arrival: exchange.arrival)
                    schedule.settle(slot, await tell(slot, probe, inputs, exchange), seen: nil)
                }
                // The next one may wait for it; steps are in order of need, so that nobody waits for one behind him.
                for (slot, observed) in schedule.takeNews() { exchange.arrived(slot, observed) }
            }
        }
        schedule.settleTheRest { exchange.named($0, at: $1) }
        var complete = schedule.evidence
        complete.trace.engine = Engine.version
        return complete
    }

    /// What a probe can tell without a network.
    private func tell(_ slot: Slot, _ probe: Probe, _ inputs: Inputs, _ exchange: FactExchange) async -> Observed<
        any Fact
    > {
        let names = NameNotes(earlier: exchange.named(at: slot.place))
        let context = exchange.context(for: slot, wire: wire, settings: settings) { _ in }
        do {
            return .present(try await probe.collect(context, inputs.naming(names)))
        } catch {
            if let named = exchange.named(probe.provides, at: slot.place) { return .present(named) }
            guard var draft = exchange.draft(slot) else { return .absent(Absence(error)) }
            draft.end(Absence(error))
            return .present(draft)
        }
    }
}

extension Wire {
    /// No network at all: whatever is asked, the failure is our own.
    fileprivate static let none = Wire(dns: NoDNSClient(), smtp: NoSMTPClient())
}

private struct NoDNSClient: DNSClient {
    func lookup(_ name: DomainName, _ type: DNSRecordType) async throws -> DNSAnswer {
        throw DNSFailure.local("it was not looked up")
    }
}

private struct NoSMTPClient: SMTPClient {
    func withConnection<Result: Sendable>(
        to server: MailServer, port: Int, waits: Waits, transcript: Transcript,
        _ body: @Sendable (any SMTPConnection) async throws -> Result
    ) async throws -> Result {
        throw WireFailure.local("the server was not asked")
    }

    func rest(_ server: MailServer, for pause: Duration) {}

    func alone<Result: Sendable>(
        with server: MailServer, _ body: @Sendable () async throws -> Result
    ) async throws -> Result { try await body() }
}
