import CheckEngine
import CheckKit
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// Compares "Would it deliver?" with Postfix. Both are asked about the same servers, one after the other.
@Suite(
    "Would it deliver?",
    .enabled(if: Lab.isRunning || Lab.mustRun, "the lab is not running; make test starts it"))
struct PostfixAgreementTests {
    /// They show the next one who asks something else, or by chance: what Postfix is shown says nothing of what we were.
    /// Whether Postfix takes the line too many of stray-reply for the answer to STARTTLS depends on when it arrives, and
    /// whether the slow address greets in its 30 seconds depends on how busy the machine is.
    private static let byTurns: Set<String> = [
        "cert-varies.test", "cert-varies-expired.test", "dane-varies.test", "dane-varies-both.test",
        "sts-varies-expired.test", "handshake-stalls-later.test", "stray-reply.test",
        "one-address-slow.test", "cert-by-turns.test", "dane-by-turns.test", "versions-by-turns.test",
        "handshake-by-turns.test", "inside-by-turns.test", "starttls-by-turns.test",
        "alert-by-turns.test", "ehlo-by-turns.test",
    ]

    @Test(
        "what Postfix does with mail to each domain and server of the lab, but for the differences listed",
        .timeLimit(.minutes(10)))
    func agrees() async throws {
        let bench = try LabBench.shared.get()
        guard bench.lab.features.contains("ipv6") else {
            print("skipped: posttls-finger runs in a lab with a network of its own only")
            return
        }
        let start = ContinuousClock.now
        let finger = try PostTLSFinger()
        let rows = LabDomain.all.filter { bench.has($0) && !Self.byTurns.contains($0.domain) }
        let evidence = try await withThrowingTaskGroup(of: Evidence.self) { group in
            for row in rows { group.addTask { try await bench.evidence(row) } }
            var all: [Evidence] = []
            for try await one in group {
                let complete = Judge(bench.plan).deriving(one)
                try finger.ask(complete.domain, patterns: complete.enforcedPatterns)
                all.append(complete)
            }
            return all
        }
        let collected = start.duration(to: .now)
        let answers = try await finger.answers()

        var found: [Difference: String] = [:]
        var compared = 0
        for evidence in evidence {
            let domain = evidence.domain.text
            let answer = try #require(answers[domain], "Postfix was not asked about \(domain)")
            try #require(answer.problem == nil, "\(domain): \(answer.problem ?? "")")
            for comparison in Comparison.all(evidence, answer) {
                compared += 1
                guard comparison.ours != comparison.theirs else { continue }
                found[Difference(domain, comparison)] = comparison.description
            }
        }
        let listed = try Difference.listed()
        for (difference, description) in found.sorted(by: { $0.key < $1.key }) where !listed.contains(difference) {
            Issue.record("not in the table: \(difference): \(description)")
        }
        for difference in listed.subtracting(found.keys).sorted() {
            Issue.record("in the table, and gone: \(difference)")
        }
        let slow = answers.values.sorted { $0.seconds > $1.seconds }.prefix(3).map { "\($0.domain) \($0.seconds) s" }
        print(
            "\(evidence.count) domains, \(compared) comparisons with Postfix, \(found.count) differences; collected in "
                + "\(collected), compared in \(start.duration(to: .now)); slowest \(slow.joined(separator: ", "))")
        #expect(compared > 2500)
    }
}

/// What both sides say of one place at one level.
private struct Comparison: CustomStringConvertible {
    let place: String
    let level: String
    let ours: String
    let theirs: String
    /// Both sides' reasons, as far as they are given.
    let why: String

    var description: String { "\(place): \(why)" }

    /// The kind of sender that a level makes of Postfix; `encrypt` is `may` that does not do without TLS.
    private static let senders: [(level: String, sender: Delivery.Sender)] = [
        ("may", .opportunistic), ("encrypt", .opportunistic), ("dane", .dane), ("dane-only", .daneOnly),
        ("verify", .pkix), ("secure", .mtaSTS),
    ]

    static let levels = senders.map(\.level)

    static func all(_ evidence: Evidence, _ answer: PostTLSFinger.Answer) -> [Comparison] {
        let domain = evidence.observed(DomainDelivery.self, at: .domain).value
        let servers = answer.servers ?? [:]
        var all: [Comparison] = []
        for (level, sender) in senders {
            // A policy map of MTA-STS says nothing of a domain without a policy: then it is `may`.
            func theirs(_ outcomes: [String: String]?) -> String? {
                outcomes?[level] ?? (level == "secure" ? outcomes?["may"] : nil)
            }
            func ours(_ outcome: Delivery.Outcome?) -> String {
                guard let outcome else { return "-" }
                return level == "encrypt" && outcome == .plaintext ? "deferred" : outcome.word
            }
            // Who tries several servers may pass over those without TLS: the matrix has no such sender.
            if level != "encrypt" || evidence.servers.count < 2 {
                let way = domain?.way(sender)?.delivery
                // Where luck decides, the matrix names the weakest.
                let outcome = theirs(answer.levels)?.split(separator: "/").last.map(String.init) ?? "-"
                all.append(
                    Comparison(
                        place: "the domain", level: level, ours: ours(way?.outcome), theirs: outcome,
                        why: way?.reason ?? ""))
            }
            for server in evidence.servers {
                let delivery = evidence.observed(ServerDelivery.self, at: .server(server)).value?.delivery(sender)
                let name = "\(server.host.text)[\(server.address)]"
                // Postfix may come no further than to the domain or to the host.
                let ending = (servers[name] ?? servers[server.host.text])?.levels
                let outcomes = ending?.mapValues(\.outcome) ?? (servers.isEmpty ? answer.levels : nil)
                all.append(
                    Comparison(
                        place: name, level: level, ours: ours(delivery?.outcome), theirs: theirs(outcomes) ?? "-",
                        why: "\(delivery?.reason ?? "") Postfix: \(ending?[level]?.why ?? "-")"))
            }
        }
        return all
    }
}

/// A row of the table of differences: at this level there is a place of the domain at which the two disagree like this.
private struct Difference: Hashable, Comparable, CustomStringConvertible {
    let domain: String
    let level: String
    let ours: String
    let theirs: String

    init(_ domain: String, _ comparison: Comparison) {
        self.init(domain, comparison.level, comparison.ours, comparison.theirs)
    }

    private init(_ domain: String, _ level: String, _ ours: String, _ theirs: String) {
        self.domain = domain
        self.level = level
        self.ours = ours
        self.theirs = theirs
    }

    var description: String { "\(domain) at \(level): mailgrade \(ours), Postfix \(theirs)" }

    static func < (left: Difference, right: Difference) -> Bool { left.description < right.description }

    /// The rows of `Tests/Lab/postfix-differences.md`; one line may stand for several levels.
    static func listed() throws -> Set<Difference> {
        let path = #filePath.replacing("LabTests/PostfixAgreementTests.swift", with: "Lab/postfix-differences.md")
        let table = try String(contentsOf: URL(filePath: path), encoding: .utf8)
        let rows = table.split(separator: "\n").flatMap { line -> [Difference] in
            let cells = line.split(separator: "|").map { $0.split(separator: " ").map(String.init) }
            guard cells.count >= 4, cells[0].first?.hasSuffix(".test") == true, let domain = cells[0].first,
                let ours = cells[2].first, let theirs = cells[3].first
            else { return [] }
            let levels = cells[1] == ["every"] ? Comparison.levels : cells[1]
            return levels.map { Difference(domain, $0, ours, theirs) }
        }
        #expect(Set(rows).count == rows.count, "a difference is listed twice")
        return Set(rows)
    }
}

extension Delivery.Outcome {
    /// The word of the script for it.
    fileprivate var word: String { rawValue.replacing("delivered-", with: "") }
}

extension Evidence {
    /// The patterns of an MTA-STS policy in mode enforce that senders hold on to.
    fileprivate var enforcedPatterns: [String] {
        guard let record = observed(MTASTSRecord.self, at: .domain).value,
            let policy = observed(MTASTSPolicy.self, at: .domain).value,
            case .policy(let document) = MTASTSStanding(record, policy, at: collectedAt), document.mode == .enforce
        else { return [] }
        return document.patterns.map(\.description)
    }
}
