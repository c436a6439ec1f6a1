import CheckKit
import Testing

/// Whoever pastes what a report says must be rid of the finding: here it is done.
@Suite(
    "Fixes to paste",
    .enabled(if: Lab.isRunning || Lab.mustRun, "the lab is not running; make test starts it"))
struct RemedyLabTests {
    @Test("settings of a server end the finding that they are for", arguments: Remedy.settings)
    func settings(_ remedy: Remedy) async throws {
        let bench = try RemedyBench.shared.get()
        guard let (software, fault) = remedy.server, bench.has(remedy) else { return }
        try await bench.script("start", software, fault, remedy.domain)
        let before = try await bench.run(remedy)
        #expect(before.codes.contains(remedy.code), "\(before.outcomes)")
        let paste = try #require(before.pastes.first { $0.kind == software }, "\(before.pastes)")
        try await bench.script("apply", software, remedy.domain, paste.title, input: paste.text)
        let after = try await bench.run(remedy)
        #expect(after.isRid(of: remedy), "\(after.codes) \(after.outcomes) after:\n\(paste.text)")
    }

    /// Text is there for everything that a code may ask for, and tried, or it says why not.
    @Test("what is not tried has a reason")
    func complete() {
        let records: Set<PasteKind> = [
            .tlsaRecords, .mtaSTSIntroduction, .mtaSTSRecord, .mtaSTSPolicy, .mtaSTSEnforcement, .mtaSTSRetreat,
            .tlsRPTRecord, .caaRecord, .ptrRecord,
        ]
        let all = PasteKind.allCases.flatMap { kind in
            records.contains(kind)
                ? [Remedy.Trial(software: nil, paste: kind)]
                : ["postfix", "exim", "opensmtpd"].map { Remedy.Trial(software: $0, paste: kind) }
        }
        let tried = Set((Remedy.settings + Remedy.records).map(\.trial))
        let known = tried.union(Remedy.untried.keys).union(Remedy.impossible)
        #expect(Set(all).subtracting(known).isEmpty)
        #expect(tried.isDisjoint(with: Set(Remedy.untried.keys).union(Remedy.impossible)))
        for (trial, reason) in Remedy.untried { print("not tried: \(trial): \(reason)") }
    }
}

/// One after the other: they share the name server.
@Suite(
    "Records to paste", .serialized,
    .enabled(if: Lab.isRunning || Lab.mustRun, "the lab is not running; make test starts it"))
struct RemedyRecordLabTests {
    @Test("records and policies end the finding that they are for", arguments: Remedy.records)
    func records(_ remedy: Remedy) async throws {
        let bench = try RemedyBench.shared.get()
        guard bench.has(remedy) else { return }
        let before = try await bench.freshRun(remedy)
        #expect(before.codes.contains(remedy.code), "\(before.outcomes)")
        try #require(!before.pastes.isEmpty)
        for paste in before.pastes {
            switch paste.kind {
            case "steps": break
            case "policy-file": try await bench.script("policy", remedy.domain, input: paste.text)
            case "request": try await bench.script("zone", "127.in-addr.arpa", input: paste.text)
            default: try await bench.script("zone", remedy.domain, input: paste.text)
            }
        }
        let after = try await bench.freshRun(remedy)
        #expect(after.isRid(of: remedy), "\(after.codes) \(after.outcomes) after:\n\(before.pastes.map(\.text))")
    }
}

extension RemedyBench {
    /// Whether this lab has what a remedy needs; says so where it does not, for nothing is skipped in silence.
    fileprivate func has(_ remedy: Remedy) -> Bool {
        guard !remedy.needs.isSubset(of: lab.features) else { return true }
        print("skipped \(remedy.testDescription): this lab has no \(remedy.needs.sorted().joined(separator: ", "))")
        return false
    }

    /// A run that asks a resolver with nothing in its cache.
    fileprivate func freshRun(_ remedy: Remedy) async throws -> Outcome {
        try await script("resolver")
        return try await run(remedy, resolver: Self.resolver)
    }
}

extension RemedyBench.Outcome {
    /// Whether the finding is gone, and the check says so: neither open nor left out.
    fileprivate func isRid(of remedy: Remedy) -> Bool {
        !codes.contains(remedy.code) && !outcomes.isEmpty
            && outcomes.allSatisfy { ["clean", "noted", "failed"].contains($0.prefix { $0 != ":" }) }
    }
}
