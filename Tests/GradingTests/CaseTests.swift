import CheckKit
import MailModel
import Testing

@testable import Grading

/// The cases that authors write for their profiles, read and judged without a file.
@Suite(.defaultProfile) struct CaseTests {
    private static let yaml = """
        schema: 1
        id: acme
        title: Acme
        extends: default
        severity: { certificate.expires-soon: { warning: { days-left: "< 30" }, error: { days-left: "< 7" } } }
        requirements:
          starttls: { clause: 1, level: must, text: T., met-by: { check: starttls.offered, servers: every } }
        domain-classes:
          parked:
            domains: [old.example]
            leave-out: { all: Parked. }
            judged-by:
              grade: null
              requirements:
                null-mx: { clause: 2, level: must, text: T., met-by: { finding: mx.null-mx } }
        """

    private func results(_ cases: String, more: String = "") throws -> [String: [String]] {
        let library = TestCatalog.library()
        let profile = try library.read(Array((Self.yaml + "\n" + more).utf8), name: "acme.yaml")
        let text = "schema: 1\ncases:\n\(cases)\n"
        let read = try library.cases(Array(text.utf8), name: "acme.tests.yaml", of: profile)
        return Dictionary(
            uniqueKeysWithValues: try read.all.map { one in
                (one.id, try #require(one.result(under: profile, in: library)).mismatches.map(\.message))
            })
    }

    @Test("what comes out as expected is fine, be it a letter, a requirement, a class or a finding")
    func asExpected() throws {
        let results = try results(
            """
              clean: { situation: {}, expect: { grade: A+, outcome: compliant, lacks: [relay.open], class: none } }
              relay: { situation: { findings: [relay.open], servers: some }, expect: { grade: F, finds: [relay.open] } }
              plain: { situation: { findings: [starttls.not-offered] }, expect: { outcome: not-compliant, requirements: { starttls: not-compliant } } }
              soon: { situation: { findings: { certificate.expires-soon: { days-left: 3 } } }, expect: { grade: B } }
              parked: { domain: old.example, situation: { findings: [mx.null-mx], servers: none }, expect: { grade: none, outcome: compliant, class: parked, requirements: { starttls: left-out, null-mx: compliant } } }
              as-parked: { class: parked, situation: {}, expect: { outcome: not-compliant, class: parked } }
              open: { situation: { checks: { relay.closed: inconclusive } }, expect: { grade: A, range: [A+, F] } }
            """)
        for (name, mismatches) in results where name != "soon" { #expect(mismatches == [], "\(name)") }
    }

    @Test("what comes out otherwise says what was expected, what came, and why")
    func otherwise() throws {
        let results = try results(
            """
              grade: { situation: { findings: [relay.open] }, expect: { grade: A } }
              provisional: { situation: { checks: { relay.closed: inconclusive } }, expect: { grade: A } }
              range: { situation: {}, expect: { range: [C, B] } }
              requirement: { situation: { findings: [starttls.not-offered], servers: some }, expect: { requirements: { starttls: compliant } } }
              finds: { situation: {}, expect: { finds: [relay.open] } }
              lacks: { situation: { findings: [relay.open], servers: some }, expect: { lacks: [relay.open] } }
              unknown: { situation: { checks: { relay.closed: inconclusive } }, expect: { lacks: [relay.open] } }
              class: { situation: {}, expect: { class: parked } }
              elsewhere: { situation: {}, expect: { requirements: { null-mx: compliant } } }
            """)
        #expect(results["grade"] == ["grade: expected A, got F: An open relay is F regardless of other results."])
        #expect(
            results["provisional"]?.first?.hasPrefix("grade: expected A for certain, got a provisional one, F to A+")
                == true)
        #expect(results["range"]?.first?.hasPrefix("range: expected C to B, got ") == true)
        #expect(
            results["requirement"] == [
                "requirement starttls: expected compliant, got not-compliant: starttls.not-offered at mx2.example[192.0.2.3]"
            ])
        #expect(results["finds"] == ["relay.open was expected, and is not found"])
        #expect(results["lacks"] == ["relay.open was not expected, and is found at mx2.example[192.0.2.3]"])
        #expect(results["unknown"] == ["relay.open was not expected; it is not found, and could not be ruled out"])
        #expect(results["class"] == ["class: expected parked, got none"])
        #expect(results["elsewhere"] == ["requirement null-mx: expected compliant, got none: it is not asked for here"])
    }

    @Test("waivers are tried on a day, for a domain")
    func waivers() throws {
        let waiver =
            "waivers:\n  w: { finding: ptr.missing, domain: a.example, reason: R., approved-by: me, expires: 2026-12-31 }\n"
        let results = try results(
            """
              used: { at: 2026-12-31, domain: a.example, situation: { findings: [ptr.missing] }, expect: { grade: A+, waivers: { w: used } } }
              over: { at: 2027-01-01, domain: a.example, situation: { findings: [ptr.missing] }, expect: { grade: B, waivers: { w: expired } } }
              other: { at: 2026-12-31, domain: b.example, situation: { findings: [ptr.missing] }, expect: { grade: B, waivers: { w: other-domain } } }
            """, more: waiver)
        for (name, mismatches) in results { #expect(mismatches == [], "\(name)") }
    }

    @Test(
        "mistakes are errors with their place and what to write instead",
        arguments: [
            ("  a: { situation: {} }", "3:3: error: 'a' needs 'expect'"),
            ("  a: { expect: { grade: A } }", "3:3: error: 'a' needs 'evidence' or 'situation'"),
            ("  a: { situation: {}, expect: {} }", "3:31: error: 'expect' must say what is expected"),
            (
                "  a: { situation: {}, expect: { grade: E } }",
                "3:40: error: 'grade' must be one of A+, A, B, C, D, F, none, not 'E'; did you mean 'A'?"
            ),
            (
                "  a: { situation: {}, expect: { grad: A } }",
                "3:33: error: unknown key 'grad' in 'expect'; did you mean 'grade'?"
            ),
            (
                "  a: { situation: {}, expect: { range: [A] } }",
                "3:40: error: 'range' is two grades, the worst and the best: [C, A]"
            ),
            (
                "  a: { situation: {}, expect: { requirements: { startls: compliant } } }",
                "3:49: error: the profile has no requirement 'startls'; did you mean 'starttls'?"
            ),
            (
                "  a: { situation: {}, expect: { outcome: met } }",
                "3:42: error: 'outcome' must be one of compliant, compliant-with-waiver, not-compliant, cannot-tell, not-observable, not-applicable, left-out, not 'met'"
            ),
            (
                "  a: { situation: {}, expect: { finds: [relay.opn] } }",
                "3:41: error: unknown finding 'relay.opn'; did you mean 'relay.open'?"
            ),
            (
                "  a: { situation: { findings: [mx.null-mx, relay.open], servers: none }, expect: { grade: A } }",
                "3:44: error: 'relay.open' is about each server, and there is none here"
            ),
            (
                "  a: { situation: { findings: [certificate.expires-soon] }, expect: { grade: A } }",
                "3:32: error: how severe 'certificate.expires-soon' is depends on days-left; write it in a map: certificate.expires-soon: { days-left: 10 }"
            ),
            (
                "  a: { class: parkd, situation: {}, expect: { grade: A } }",
                "3:15: error: 'parkd' is not one of the classes of the profile; did you mean 'parked'?"
            ),
            (
                "  a: { at: tomorrow, situation: {}, expect: { grade: A } }",
                "3:12: error: 'at' must be a day such as 2026-12-31, not 'tomorrow'"
            ),
            (
                "  a: { situation: { checks: { relay.closed: failed } }, expect: { grade: A } }",
                "3:45: error: 'relay.closed' must be one of inconclusive, not-applicable, not 'failed'"
            ),
            (
                "  a: { evidence: x.json, situation: {}, expect: { grade: A } }",
                "3:26: error: 'evidence' and 'situation' in one case"
            ),
            ("  {}", "2:1: error: there is no case"),
        ])
    func mistakes(text: String, expected: String) throws {
        let error = #expect(throws: InvalidProfile.self) { try results(text) }
        let first = try #require(error?.diagnostics.first).description.prefix { $0 != "\n" }
        #expect(first == "acme.tests.yaml:\(expected)")
    }

    @Test("a made-up run has no day, so a profile with days wants one")
    func day() {
        let waiver = "waivers:\n  w: { finding: ptr.missing, reason: R., approved-by: me, expires: 2026-12-31 }\n"
        let error = #expect(throws: InvalidProfile.self) {
            try results("  a: { situation: {}, expect: { grade: A+ } }", more: waiver)
        }
        #expect(
            error?.diagnostics.map(\.message) == ["'a' needs 'at': the profile has days, and a made-up run has none"])
    }

    @Test(
        "cases stand beside the profile",
        arguments: [
            ("acme.yaml", "acme.tests.yaml"), ("x/acme.yml", "x/acme.tests.yml"), ("default", nil),
            ("acme.tests.yaml", nil),
        ])
    func beside(profile: String, file: String?) {
        #expect(ProfileCases.file(beside: profile) == file)
    }
}
