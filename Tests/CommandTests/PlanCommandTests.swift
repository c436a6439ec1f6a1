import CheckEngine
import CheckKit
import Checks
import FoundationEssentials
import MailModel
import MailgradeCommand
import MailgradeKit
import Observations
import Testing

@Suite("mailgrade plan") struct PlanCommandTests {
    private func run(_ arguments: String...) async -> Rig.Outcome { await Rig().run(["plan"] + arguments) }

    @Test("says what is asked of whom, and how often, and sends nothing")
    func terminal() async {
        let rig = Rig()
        let outcome = await rig.run(["plan", "example.com"])
        #expect(outcome.status == .graded)
        #expect(outcome.output.hasPrefix("example.com: the plan of default\n"))
        #expect(outcome.output.contains("  - MX records: MX of example.com; 1 lookup, for "))
        #expect(outcome.output.contains("\nAsked of each mail server, on port 25\n"))
        #expect(outcome.output.contains("In EHLO we say probe.example.net."))
        #expect(rig.requests.withLock { $0.isEmpty })
    }

    @Test("follows the profile and the options")
    func options() async {
        let plan = await run("--profile", "cisa-bod-18-01", "--polite", "--server", "mx.example.net:192.0.2.1").output
        #expect(plan.hasPrefix("any domain: the plan of cisa-bod-18-01\n"))
        #expect(!plan.contains("MTA-STS") && !plan.contains("relaying"))
        #expect(plan.contains("one at a time and 1 s apart"))
        #expect(plan.contains("The mail servers are mx.example.net (192.0.2.1), as named, and no others."))
    }

    @Test("tells of every probe that we ship what it sends")
    func everyProbe() throws {
        let policies = try Mailgrade(plugins: Plugin.builtIn).policies(["default"], isDeep: true)
        let silent = policies.plan.outline.steps.filter { $0.isProbe && ($0.traffic == nil || $0.subject == nil) }
        #expect(silent.map(\.fact) == [])
    }

    @Test("is a graph in which every line joins two nodes, for Graphviz and for Mermaid")
    func graphs() async {
        let dot = await run("--format", "dot").output.split(separator: "\n")
        let nodes = Set(dot.compactMap { $0.firstMatch(of: /^  "([^"]+)" \[label/)?.1 })
        let ends = dot.compactMap { $0.firstMatch(of: /^  "([^"]+)" -> "([^"]+)";$/) }
        #expect(nodes.isSuperset(of: ["mx.records", "smtp.conversation", "starttls.offered"]))
        #expect(ends.count > 100 && ends.allSatisfy { nodes.contains($0.1) && nodes.contains($0.2) })
        let mermaid = await run("--format", "mermaid").output.split(separator: "\n")
        #expect(mermaid.first == "flowchart LR")
        let known = Set(mermaid.compactMap { $0.firstMatch(of: /^  (n_\w+)[\[\(>]/)?.1 })
        let joined = mermaid.compactMap { $0.firstMatch(of: /^  (n_\w+) --> (n_\w+)$/) }
        #expect(joined.count == ends.count)
        #expect(joined.allSatisfy { known.contains($0.1) && known.contains($0.2) })
    }

    @Test("is JSON in which each question names the checks that rest on it")
    func json() async throws {
        struct Plan: Decodable {
            struct Question: Decodable {
                var fact: String
                var channel: String?
                var usual: [Int]?
                var `for`: [String]
            }
            var domain: String?
            var questions: [Question]
            var checks: [Check]
            struct Check: Decodable { var id: String }
        }
        let text = await run("bücher.example", "--format", "json").output
        let plan = try JSONDecoder().decode(Plan.self, from: Data(text.utf8))
        #expect(plan.domain == "xn--bcher-kva.example")
        let all = Set(plan.checks.map(\.id))
        #expect(plan.questions.allSatisfy { all.isSuperset(of: $0.for) && $0.usual?.count == 2 })
        let session = try #require(plan.questions.first { $0.fact == "smtp.conversation" })
        #expect(session.channel == "smtp" && session.for.contains("starttls.offered"))
        #expect(!session.for.contains("mta-sts.published"))
    }

    @Test("refuses what is no domain, no profile and no format", arguments: ["-", "nonsense"])
    func refuses(word: String) async {
        #expect(await run("example").status == .usage)
        #expect(await run("--profile", word).status == .usage)
        #expect(await run("--format", word).status == .usage)
    }
}
