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
    private func answers(
        _ stage: Filter.Stage, _ lines: [String], _ manners: Manners = Manners(), shard: Filter.Shard? = nil
    ) async throws -> (Filter.Count, [[String: JSONValue]]) {
        let policies = try Policies(["default"], plugins: Plugin.builtIn)
        let dns = ScriptedDNS(
            """
            null.example MX 0 .
            shy.example MX 0 .
            _mailgrade.shy.example TXT "v=mailgrade; test=no"
            one.example MX 10 mx.one.example
            mx.one.example A 192.0.2.1
            """)
        let wire = Wire(dns: dns, smtp: ScriptedSMTP([:]))
        let stages = try await Stages(policies, RunSettings(), facts: MemoryFactStore(clock: ManualClock())) {
            wire
        }
        let filter = Filter(stage, stages, manners, shard: shard) {
            Date(timeIntervalSince1970: 1_790_000_000)
        }
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
        arguments: [
            "[]", "{", #"{"v":2,"domain":"d.example"}"#, #"{"domain":"a b"}"#,
            #"{"domain":"a.example","domain":"b.example"}"#,
        ])
    func strange(_ text: String) async throws {
        let (count, lines) = try await answers(.resolve, [text])
        #expect(count.failed == 1 && lines.count == 1 && lines.first?["error"] != nil)
    }

    /// A line as the next stage reads it.
    private func text(_ line: [String: JSONValue]?) throws -> String {
        String(decoding: try JSONEncoder().encode(try #require(line)), as: UTF8.self)
    }

    @Test("who wants to be left alone, or is never contacted, is not, and later stages say why")
    func leftAlone() async throws {
        var manners = Manners()
        manners.never.names = [try DomainName(input: "null.example"), try DomainName(input: "mx.one.example")]
        for (domain, why) in [
            ("shy.example", "_mailgrade.shy.example says that it is not to be tested"),
            ("null.example", "null.example is on the list of those who are never contacted"),
        ] {
            var line = "{\"domain\":\"\(domain)\"}"
            for stage in Filter.Stage.allCases {
                let (_, answered) = try await answers(stage, [line], manners)
                #expect(answered.first?["error"] == .string(why))
                #expect(answered.first?["state"] == .string("left-alone"))
                line = try text(answered.first)
            }
        }
        let (_, resolved) = try await answers(.resolve, [#"{"domain":"one.example"}"#], manners)
        let (count, probed) = try await answers(.probe, [try text(resolved.first)], manners)
        #expect(count.connections == 0 && probed.first?["status"] == .string("left-alone"))
        let (_, judged) = try await answers(.judge, [try text(probed.first)], manners)
        #expect(judged.first?["state"] == .string("left-alone"))
        #expect(
            judged.first?["why"] == .string("192.0.2.1: mx.one.example is on the list of those who are never contacted")
        )
    }

    @Test("each line belongs to one part, be it a line of ours or not")
    func parts() async throws {
        var answered = 0
        for part in 1...4 {
            let (count, lines) = try await answers(
                .resolve, ["no line", "{", "[]"], shard: .init(part: part, parts: 4))
            #expect(count.failed == lines.count && count.failed + count.others == 3)
            answered += lines.count
        }
        #expect(answered == 3)
    }

    @Test("a line that has members of a result has them once when it is judged")
    func twice() async throws {
        let asked = #"{"domain":"null.example","grade":"A+","state":"graded","judged":"never","digest":1,"id":7}"#
        let (_, resolved) = try await answers(.resolve, [asked])
        let (_, judged) = try await answers(.judge, [try text(resolved.first)])
        #expect(
            judged.first?["state"] == .string("no-mail") && judged.first?["grade"] == nil
                && judged.first?["id"] == .integer(7))
    }

    @Test("members that no filter knows go through as they were written")
    func untouched() async throws {
        let others = [
            #""rank":12345678901234567890123"#, #""share":1.50"#, #""tiny":1E-7"#,
            #""nested":{ "a,b":[1.0,"}\\\"",{"c":-0}] }"#, #""k\u0065y":"\u00fc""#,
        ]
        for asked in [
            "{\(others.joined(separator: ",")),\"domain\":\"null.example\"}",
            "{\"domain\":\"null.example\" , \(others.joined(separator: " ,"))}",
            // The decoder takes a comma behind the last one.
            "{\"domain\":\"null.example\",\(others.joined(separator: ",")),}",
        ] {
            let line = try FilterLine(asked)
            for written in [try line.json(), try line.withoutAnswers.json()] {
                #expect(written.hasSuffix("\"}\n") && !written.contains(",}"))
                for other in others { #expect(written.contains(other.replacing(#"k\u0065y"#, with: "key"))) }
                #expect(try FilterLine(written).text("domain") == "null.example")
            }
        }
    }

    @Test("what another domain publishes is no evidence of this one")
    func foreign() async throws {
        let (_, resolved) = try await answers(.resolve, [#"{"domain":"null.example"}"#, #"{"domain":"one.example"}"#])
        var line = try #require(resolved.first { $0["domain"] == .string("one.example") })
        let other = try #require(resolved.first { $0["domain"] == .string("null.example") })
        guard case .object(var evidence) = line["evidence"] else { return #expect(Bool(false), "no evidence") }
        evidence["facts"] = .array([])
        line["evidence"] = .object(evidence)
        line["more"] = .array([try #require(other["evidence"])])
        let (_, judged) = try await answers(.judge, [try text(line)])
        #expect(judged.first?["state"] != .string("no-mail"))
    }

    @Test(
        "evidence of hostile settings is evidence that cannot be read", arguments: ["deadline", "spacing", "patience"])
    func hostile(_ key: String) async throws {
        let (_, resolved) = try await answers(.resolve, [#"{"domain":"null.example"}"#])
        var line = try #require(resolved.first)
        guard case .object(var evidence) = line["evidence"], case .object(var settings) = evidence["settings"] else {
            return #expect(Bool(false), "no settings")
        }
        settings[key] = key == "patience" ? .array([.number(1e300)]) : .number(-1e300)
        evidence["settings"] = .object(settings)
        line["evidence"] = .object(evidence)
        let (_, judged) = try await answers(.judge, [try text(line)])
        #expect(judged.first?["error"] == .string("its evidence cannot be read"))
    }

    @Test("a line is answered though no other one comes yet")
    func slow() async throws {
        let policies = try Policies(["default"], plugins: Plugin.builtIn)
        let dns = ScriptedDNS("null.example MX 0 .")
        let stages = try await Stages(policies, RunSettings(), facts: MemoryFactStore(clock: ManualClock())) {
            Wire(dns: dns, smtp: ScriptedSMTP([:]))
        }
        let filter = Filter(.resolve, stages, Manners(), shard: nil) {
            Date(timeIntervalSince1970: 1_790_000_000)
        }
        let (answers, answered) = AsyncStream<String>.makeStream()
        let asked = Locked(0)
        // The second line comes once the first is answered, and not before.
        let count = try await filter.run(
            next: {
                guard
                    asked.withLock({
                        $0 += 1; return $0
                    }) < 2
                else {
                    for await _ in answers { break }
                    return nil
                }
                return #"{"domain":"null.example"}"#
            }, write: { answered.yield($0) })
        #expect(count.answered == 1)
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
