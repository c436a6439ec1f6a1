import FoundationEssentials
import MailModel
import Testing

@testable import CheckKit
@testable import Grading

@Suite(.defaultProfile) struct WaiverTests {
    private func profile(_ waivers: String, more: String = "") throws -> Profile {
        let yaml = "schema: 1\nid: acme\ntitle: Acme\nextends: default\n\(more)\nwaivers:\n\(waivers)"
        return try TestCatalog.library().read(Array(yaml.utf8), name: "acme.yaml")
    }

    private func waiver(_ subject: String, expires: String = "2026-12-31") throws -> Profile {
        try profile("  w: { \(subject), reason: Known., approved-by: security, expires: \"\(expires)\" }")
    }

    @Test("a waived finding lifts the cap, leaves the score alone and is listed with what it waives")
    func lifts() throws {
        var scene = Scene([1, 1])
        scene.find("ptr.missing", server: 0)
        #expect(scene.assessment().grade == .b)
        let assessment = scene.assessment(try waiver("finding: ptr.missing"))
        #expect(assessment.grade == .a)
        #expect(assessment.score == 100)
        let report = try #require(assessment.waivers.first)
        #expect(report.state == .used)
        #expect(report.waiver.reason == "Known.")
        #expect(report.waiver.expires.description == "2026-12-31")
        #expect(
            report.matches == [
                Trigger(
                    check: "ptr.forward-confirmed", code: "ptr.missing", place: .address(scene.servers[0].address))
            ])
    }

    @Test("only the findings at the server are waived, and an address belongs to every host that has it")
    func atAServer() throws {
        var scene = Scene([1, 1])
        scene.find("certificate.name-mismatch")
        scene.find("ptr.missing", server: 0)
        let names = try waiver("finding: certificate.name-mismatch, server: mx1.example")
        #expect(scene.assessment(names).waivers.first?.matches.map(\.place) == [.server(scene.servers[0])])
        let reverse = try waiver("finding: ptr.missing, server: MX1.example")
        #expect(scene.assessment(reverse).waivers.first?.state == .used)
        let other = try waiver("finding: ptr.missing, server: mx2.example")
        #expect(scene.assessment(other).waivers.first?.state == .unmatched)
    }

    @Test(
        "a star stands for one label",
        arguments: [
            ("*.acme.example", "mx.acme.example", true), ("*.acme.example", "a.mx.acme.example", false),
            ("*.acme.example", "acme.example", false), ("mx.acme.example", "mx.acme.example", true),
            ("mx.acme.example", "mx2.acme.example", false), ("*.bücher.example", "mx.xn--bcher-kva.example", true),
        ])
    func patterns(pattern: String, host: String, expected: Bool) throws {
        #expect(try #require(HostPattern(pattern)).matches(DomainName(input: host)) == expected)
    }

    @Test("what else was found at the same place still counts")
    func otherFindings() throws {
        var scene = Scene([1])
        scene.find("certificate.self-signed")
        scene.find("certificate.incomplete-chain")
        let assessment = scene.assessment(try waiver("finding: certificate.self-signed"))
        #expect(assessment.grade == .b)
        #expect(assessment.credits.first { $0.check == "certificate.trusted" }?.credit == 0)
    }

    @Test("a waived check counts as not applicable where it found something or could not tell, and passes elsewhere")
    func wholeCheck() throws {
        var scene = Scene([1, 1, 1])
        scene.find("ptr.missing", server: 0)
        scene.set("ptr.forward-confirmed", .open, server: 1)
        let assessment = scene.assessment(try waiver("check: ptr.forward-confirmed"))
        let credit = try #require(assessment.credits.first { $0.check == "ptr.forward-confirmed" })
        #expect((credit.judged, credit.inconclusive, credit.credit) == (1, 0, 1))
        #expect(!assessment.isProvisional)
        #expect(assessment.waivers.first?.matches.map(\.code) == ["ptr.missing", nil])
    }

    @Test("a waiver holds until the end of its last day in UTC, by the instant of the report")
    func expires() throws {
        var scene = Scene([1])
        scene.find("ptr.missing")
        let profile = try waiver("finding: ptr.missing", expires: "2026-06-15")
        let endOfDay = 1_781_568_000.0
        let last = scene.assessment(profile, at: Date(timeIntervalSince1970: endOfDay - 1))
        #expect((last.grade, last.waivers.first?.state) == (.a, .used))
        let over = scene.assessment(profile, at: Date(timeIntervalSince1970: endOfDay))
        #expect((over.grade, over.waivers.first?.state) == (.b, .expired))
        #expect(over.waivers.first?.matches.count == 1)
    }

    @Test("a waiver that matches nothing is reported, and one that overlaps another is used too")
    func unmatched() throws {
        let end = "reason: R., approved-by: me, expires: \"2026-12-31\""
        let two = try profile(
            """
              all: { check: ptr.forward-confirmed, \(end) }
              one: { finding: ptr.missing, server: mx1.example, \(end) }
            """)
        var scene = Scene([1])
        #expect(scene.assessment(two).waivers.map(\.state) == [.unmatched, .unmatched])
        scene.find("ptr.missing")
        #expect(scene.assessment(two).waivers.map(\.state) == [.used, .used])
    }

    @Test("a waiver of a check that the profile does not run is a warning")
    func unused() throws {
        let profile = try profile(
            "  w: { finding: ptr.missing, reason: R., approved-by: me, expires: \"2026-12-31\" }",
            more: "checks: { ptr.forward-confirmed: null }\ngrade: { caps: { ptr-issue: null } }")
        #expect(
            profile.warnings.map(\.message) == ["this waiver is unused: the profile does not run ptr.forward-confirmed"]
        )
    }

    @Test("an organisation may lift the ban on a waiver, in plain sight")
    func ban() throws {
        let end = "reason: R., approved-by: me, expires: \"2026-12-31\""
        let profile = try profile("  w: { finding: relay.open, \(end) }", more: "never-waive: { relay.open: null }")
        #expect(profile.neverWaive.isEmpty)
        #expect(TestCatalog.standard.neverWaive.keys.sorted() == ["relay.open"])
    }

    @Test(
        "days that do not exist are refused",
        arguments: ["2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "26-01-01", "2026-1-1", "2026-01-01T", ""])
    func noSuchDay(text: String) {
        #expect(CalendarDay(text) == nil)
    }

    @Test(
        "days are counted as the calendar has them",
        arguments: [("2000-02-29", 951_782_400.0), ("2100-03-01", 4_107_542_400)])
    func days(text: String, midnight: Double) throws {
        let day = try #require(CalendarDay(text))
        #expect(!day.isOver(at: Date(timeIntervalSince1970: midnight + 86_399)))
        #expect(day.isOver(at: Date(timeIntervalSince1970: midnight + 86_400)))
    }
}
