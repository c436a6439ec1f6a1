import CheckEngine
import CheckKit
import CheckKitTesting
import Checks
import FoundationEssentials
import MailModel
import MailgradeKit
import Testing

@testable import Batch

/// Lines that filters read and write.
@Suite("Filters")
struct FilterTests {
    /// What a stage writes for lines, each read as JSON.
    private func answers(_ stage: Filter.Stage, _ lines: [String]) async throws -> (Filter.Count, [[String: JSONValue]])
    {
        let policies = try Policies(["default"], plugins: Plugin.builtIn)
        let wire = Wire(dns: ScriptedDNS("null.example MX 0 ."), smtp: ScriptedSMTP([:]))
        let stages = try await Stages(policies, RunSettings(), facts: MemoryFactStore(clock: ManualClock())) { _ in wire
        }
        let filter = Filter(stage, stages, Manners(), shard: nil) { Date(timeIntervalSince1970: 1_790_000_000) }
        let (rest, written) = (Locked(lines[...]), Locked<[String]>([]))
        let count = try await filter.run(
            next: { rest.withLock { $0.popFirst() } }, write: { line in written.withLock { $0.append(line) } })
        let texts = written.withLock { $0 }
        #expect(texts.allSatisfy { $0.hasSuffix("\n") && !$0.dropLast().contains("\n") }, "a line each")
        return (count, try texts.map { try JSONDecoder().decode([String: JSONValue].self, from: Data($0.utf8)) })
    }

    @Test("a line that cannot be answered says what was asked, keeps what is the asker's, and what is wrong")
    func errors() async throws {
        let asked = #"{"v":1,"domain":"d.example","address":"192.0.2.1","servers":[],"signs":[],"id":[7]}"#
        let (count, lines) = try await answers(.probe, [asked])
        #expect(count == Filter.Count(lines: 1, others: 0, answered: 0, failed: 1, connections: 0))
        let line = try #require(lines.first)
        #expect(line.keys.sorted() == ["address", "domain", "error", "id", "v"])
        #expect(line["address"] == .string("192.0.2.1") && line["domain"] == .string("d.example"))
        #expect(line["id"] == .array([.integer(7)]) && line["v"] == .integer(1))
        #expect("\(String(describing: line["error"]))".contains("no evidence"))
    }

    @Test(
        "what is no line of ours gets its line",
        arguments: ["[]", "{", #"{"v":2,"domain":"d.example"}"#, #"{"domain":"a b"}"#])
    func strange(_ text: String) async throws {
        let (count, lines) = try await answers(.resolve, [text])
        #expect(count.failed == 1 && lines.count == 1 && lines.first?["error"] != nil)
    }

    @Test("a judged line has its result, and nothing that only filters read")
    func judged() async throws {
        let (_, resolved) = try await answers(.resolve, [#"{"domain":"null.example","id":7}"#])
        let line = String(decoding: try JSONEncoder().encode(try #require(resolved.first)), as: UTF8.self)
        let (_, judged) = try await answers(.judge, [line])
        let result = try #require(judged.first)
        #expect(result["state"] == .string("no-mail") && result["id"] == .integer(7))
        #expect(["evidence", "more", "status"].allSatisfy { result[$0] == nil })
    }
}
