import CheckEngine
import CheckKit
import Checks
import FoundationEssentials
import Grading
import LiveWire
import MailModel
import Profiles
import Testing

/// Grades every domain of the lab, over real sockets, and compares with the table that people read.
@Suite(
    "The lab's domains",
    .enabled(if: Lab.isRunning || Lab.mustRun, "the lab is not running; make test starts it"))
struct LabDomainsTests {
    @Test(
        "get the grade and the findings of the table, and the same grade from saved evidence", arguments: LabDomain.all)
    func grades(row: LabDomain) async throws {
        let bench = try Self.bench.get()
        guard row.needs.isSubset(of: bench.lab.features) else {
            print("skipped \(row.domain): this lab has no \(row.needs.sorted().joined(separator: ", "))")
            return
        }
        let evidence = await bench.collect(try DomainName(input: row.domain))
        let assessment = bench.assess(evidence)
        #expect(assessment.letter == row.grade, "\(row.what): \(assessment.reasons)")
        let codes = Set(bench.results(evidence).flatMap { $0.outcome.findings.map(\.code) })
        for code in row.findings { #expect(codes.contains(code), "\(row.what): found \(codes.sorted())") }

        let saved = try evidence.json(leavingOut: bench.plan.derivedFacts)
        let again = bench.assess(try Evidence(json: saved, known: bench.plan.knownFacts))
        #expect(again == assessment)
    }

    @Test("are in the table, and enough of them")
    func table() {
        #expect(LabDomain.all.count >= 200)
    }

    private static let bench = Result { try Bench() }
}

/// What a run needs, made once.
private struct Bench: Sendable {
    let lab: Lab
    let plan: Plan
    private let profile: Profile
    private let collector: Collector
    private let turnstile = Turnstile(places: 24)

    init() throws {
        lab = try Lab()
        let catalog = Catalog(Plugin.builtIn)
        profile = try ProfileLibrary(builtIn: Self.builtIn, catalog: catalog).load("default")
        plan = try Plan(running: profile.checkIDs, from: Plugin.builtIn)
        let settings = RunSettings(helo: "probe.lab.test", port: lab.port, deadline: .seconds(60))
        let ledger = ConnectionLedger()
        let anchors = try TrustStore(caFile: lab.certificateFile)
        let wire = Wire(
            dns: try UnboundClient(lab.resolver),
            smtp: try LiveSMTPClient(trustStore: anchors, allowed: lab.allowed, ledger: ledger),
            https: try LiveHTTPSClient(trustStore: anchors, allowed: lab.allowed, ledger: ledger),
            pki: OpenSSLVerifier(), ledger: ledger)
        collector = Collector(plan, wire: wire, settings: settings)
    }

    private static var builtIn: [ProfileLibrary.BuiltIn] {
        (0..<embedded_profile_count()).map { index in
            let file = embedded_profile_at(index)
            return ProfileLibrary.BuiltIn(
                id: String(cString: file.name), yaml: Array(UnsafeBufferPointer(start: file.bytes, count: file.count)))
        }
    }

    func collect(_ domain: DomainName) async -> Evidence {
        await turnstile.enter()
        defer { turnstile.leave() }
        return await collector.collect(domain, at: Date())
    }

    func results(_ evidence: Evidence) -> [CheckResult] {
        Judge(plan, parameters: profile.parameters).judge(evidence)
    }

    func assess(_ evidence: Evidence) -> Assessment {
        Grader(profile).grade(results(evidence), hosts: evidence.hosts, at: evidence.collectedAt)
    }
}

extension Assessment {
    /// As the table writes it: `?` behind a provisional letter, `-` for none.
    fileprivate var letter: String {
        grade.map { "\($0)" + (isProvisional ? "?" : "") } ?? "-"
    }

    fileprivate var reasons: String {
        (because.map(\.sentence) + openQuestions.map { "\($0.check) at \($0.place): \($0.why)" })
            .joined(separator: " / ")
    }
}

/// Lets so many in at a time: two cores should not do a hundred handshakes at once.
private final class Turnstile: Sendable {
    private let state: Locked<(free: Int, queue: [CheckedContinuation<Void, Never>])>

    init(places: Int) { state = Locked((places, [])) }

    func enter() async {
        await withCheckedContinuation { continuation in
            let free = state.withLock { state in
                guard state.free > 0 else {
                    state.queue.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if free { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.queue.isEmpty else {
                state.free += 1
                return nil
            }
            return state.queue.removeFirst()
        }
        next?.resume()
    }
}
