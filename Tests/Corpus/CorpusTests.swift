import CheckEngine
import CheckKit
import Checks
import FoundationEssentials
import Grading
import Observations
import Profiles
import Testing

/// Saved evidence from the lab, judged under every shipped profile, compared with the table that people read: a change
/// that moves a grade shows where, and is explained or undone. No socket is opened.
@Suite struct CorpusTests {
    @Test("every domain of the corpus has the result of the table under every profile")
    func table() throws {
        let bench = try Bench.shipped.get()
        let now = try Table(bench)
        if ProcessInfo.processInfo.environment["RECORD_CORPUS"] != nil { try now.save() }
        let changes = now.changes(from: try Table.committed())
        for change in changes { print(change) }
        print(
            changes.isEmpty
                ? "no result changes" : "\(changes.count) results change; make corpus-table writes them down")
        #expect(changes.count == 0, "the lines above say which")
    }

    @Test("every domain of the list is there, every letter is given, and every profile has a column")
    func complete() throws {
        let bench = try Bench.shipped.get()
        let files = try Corpus.evidence()
        #expect(files.count >= 60 && files.count == Corpus.listed.count)
        #expect(files.reduce(0) { $0 + $1.json.count } < 3 << 20)
        let words = try Table(bench).rows.flatMap { Array($0.results.values) }
        let letters = Set(words.map { String($0.prefix { $0 != "?" }) })
        #expect(letters.isSuperset(of: ["A+", "A", "B", "C", "D", "F", "none"]))
    }

    @Test(
        "NMX-01: a domain that accepts no mail is never said to break a rule about mail servers, nor left open by one")
    func nullMX() throws {
        let bench = try Bench.shipped.get()
        let files = try Corpus.evidence().filter { $0.name.hasPrefix("null-mx") && !$0.name.contains("conflict") }
        #expect(!files.isEmpty)
        for file in files {
            for (policy, assessment) in zip(bench.policies, bench.assessments(try bench.read(file.json))) {
                guard let compliance = assessment.compliance else { continue }
                let allowed: Set<Compliance.Outcome> = [.notApplicable, .notObservable, .compliant]
                #expect(allowed.contains(compliance.outcome), "\(file.name) under \(policy.id)")
                let open = compliance.requirements.filter { $0.outcome == .cannotTell || $0.outcome == .notCompliant }
                #expect(open.map(\.requirement.id) == [], "\(file.name) under \(policy.id)")
            }
        }
    }

    @Test("the evidence holds every fact that a shipped profile asks for, and none that cannot be read")
    func collected() throws {
        let bench = try Bench.shipped.get()
        // The evidence was recorded when attempts that name the domain stood among the others: `NamesApartTests` take them apart.
        var missing = bench.plan.facts.subtracting(bench.plan.derivedFacts).subtracting([RelayInName.id])
        for file in try Corpus.evidence() {
            let evidence = try bench.read(file.json)
            for slot in evidence.slots {
                missing.remove(slot.fact)
                if case .unreadable(let why)? = evidence.observed(slot).absence {
                    Issue.record("\(file.name): \(slot.fact) cannot be read: \(why); make corpus-record")
                }
            }
        }
        #expect(missing.isEmpty, "make corpus-record")
    }
}

/// The profiles and what judges by them.
struct Bench {
    let policies: [(id: String, profile: Profile, judge: Judge)]
    let plan: Plan

    /// All shipped profiles, read once.
    static let shipped = Result { try Bench() }

    private init() throws {
        let files = (0..<embedded_profile_count()).map { index in
            let file = embedded_profile_at(index)
            return ProfileLibrary.BuiltIn(
                id: String(cString: file.name), yaml: Array(UnsafeBufferPointer(start: file.bytes, count: file.count)))
        }
        let library = ProfileLibrary(builtIn: files, catalog: Catalog(Plugin.builtIn), engine: Engine.version)
        // The grade first, then the rules of others by name.
        let ids = library.ids.filter { $0 == "default" } + library.ids.filter { $0 != "default" }.sorted()
        policies = try ids.map { id in
            let profile = try library.load(id)
            let plan = try Plan(running: profile.checkIDs, from: Plugin.builtIn)
            return (id, profile, Judge(plan, parameters: profile.parameters))
        }
        plan = try Plan(
            running: policies.flatMap { $0.profile.checkIDs }, showing: [ServerDelivery.id, DomainDelivery.id],
            from: Plugin.builtIn)
    }

    func read(_ json: Data) throws -> Evidence {
        Judge(plan).deriving(try Evidence(json: json, known: plan.knownFacts))
    }

    /// The assessments of a run, in the order of the profiles.
    func assessments(_ evidence: Evidence) -> [Assessment] {
        policies.map { _, profile, judge in
            Grader(profile).grade(
                judge.judge(derived: evidence), of: evidence.domain, hosts: evidence.hosts, at: evidence.collectedAt)
        }
    }
}
