import CheckEngine
import CheckKit
import Checks
import Foundation
import Grading
import MailModel
import Testing

/// The law of what a grade rests on: forgetting never helps, and never condemns. Whatever was seen is replaced by an
/// absence that says "we do not know"; the letter of before must then lie in the range, or a finding at that place says
/// what the absence itself proves.
@Suite struct ForgettingTests {
    @Test("forgetting one thing, in any way, leaves the letter of before possible", arguments: try Corpus.names())
    func single(name: String) throws {
        let bench = try PolicyBench("default")
        let evidence = try bench.read(try Corpus.json(name))
        let before = bench.judged(evidence)
        guard let letter = before.assessment.grade else { return }
        var broken: [String: Int] = [:]
        for forgetting in Forgetting.all(of: evidence) {
            let after = bench.judged(forgetting.applied(to: evidence))
            if after.allows(letter, since: before, forgetting: [forgetting]) { continue }
            broken[
                "\(forgetting.slot.fact) \(forgetting.stage.map { "\($0)" } ?? "") \(forgetting.why) -> \(after.words)",
                default: 0] += 1
        }
        if !broken.isEmpty { for (what, count) in broken { print("BROKEN \(name) \(letter): \(what) ×\(count)") } }
        #expect(broken.isEmpty)
    }
}

struct PolicyBench {
    let profile: Profile
    let judge: Judge
    let plan: Plan

    init(_ id: String) throws {
        let bench = try Bench()
        guard let policy = bench.policies.first(where: { $0.id == id }) else { throw CocoaError(.fileNoSuchFile) }
        profile = policy.profile
        judge = policy.judge
        plan = bench.plan
    }

    func read(_ json: Data) throws -> Evidence { try Evidence(json: json, known: plan.knownFacts) }

    func judged(_ evidence: Evidence) -> Judged {
        let results = judge.judge(evidence)
        return Judged(
            results: results,
            assessment: Grader(profile).grade(
                results, of: evidence.domain, hosts: evidence.hosts, at: evidence.collectedAt))
    }
}

struct Judged {
    let results: [CheckResult]
    let assessment: Assessment

    var words: String {
        guard let grade = assessment.grade else { return "none (\(assessment.withheld?.id ?? ""))" }
        return "\(grade) \(assessment.range.map { "\($0.worst)…\($0.best)" } ?? "")"
    }

    func allows(_ letter: Grade, since before: Judged, forgetting: [Forgetting]) -> Bool {
        if let range = assessment.range, range.worst <= letter, letter <= range.best { return true }
        if assessment.grade == nil, assessment.range == nil { return assessment.withheld != nil }
        let known = Set(before.results.flatMap { r in r.outcome.findings.map { "\($0.code) \(r.place)" } })
        return results.contains { r in
            forgetting.contains { meets(r.place, $0.slot.place) }
                && r.outcome.findings.contains { !known.contains("\($0.code) \(r.place)") }
        }
    }

    private func meets(_ a: Place, _ b: Place) -> Bool {
        if a == b || a == .domain || b == .domain { return true }
        func hosts(_ p: Place) -> (DomainName?, IPAddress?) {
            switch p {
            case .domain: (nil, nil)
            case .host(let h): (h, nil)
            case .address(let a): (nil, a)
            case .server(let s): (s.host, s.address)
            }
        }
        let (x, y) = (hosts(a), hosts(b))
        return (x.0 == nil || y.0 == nil || x.0 == y.0) && (x.1 == nil || y.1 == nil || x.1 == y.1)
    }
}

extension Corpus {
    static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/evidence").sorted().map {
            String($0.dropLast(5))
        }
    }
    static func json(_ name: String) throws -> Data {
        guard let data = FileManager.default.contents(atPath: "\(folder)/evidence/\(name).json") else {
            throw CocoaError(.fileNoSuchFile)
        }
        return data
    }
}
