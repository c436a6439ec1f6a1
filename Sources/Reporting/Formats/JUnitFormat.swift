internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel

extension ReportFormat {
    /// Test cases for pipelines: each check at each place, each requirement, and the grade. Made for how GitLab reads it: it shows
    /// the class of a case and not the name of its suite, the text of a failure and not its message, and of two cases with the same
    /// class and name only the first. <https://docs.gitlab.com/ci/testing/unit_test_reports/>
    static let junit = ReportFormat(
        "junit", summary: "JUnit test cases", mediaType: "application/xml", fileEnding: "xml",
        part: { reports, layout in
            reports.all.map { $0.suite(layout.gate, isOneOfSeveral: reports.all.count > 1) }
        }
    ) { parts in
        let suites = parts.flatMap(\.self)
        let cases = suites.flatMap(\.cases)
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + XMLText.element("testsuites", [("name", "mailgrade")] + cases.counts, suites.map(\.xml)) + "\n"
    }
}

/// One test case and what became of it.
private struct TestCase {
    enum Result {
        case passed(remarks: String?)
        case failed(kind: String, text: String)
        /// It is this machine that is at fault.
        case broken(text: String)
        case skipped(why: String)
    }

    let className: String
    let name: String
    let result: Result

    var xml: String {
        let attributes = [("classname", className), ("name", name), ("time", "0")]
        func case_(_ inner: String...) -> String { XMLText.element("testcase", attributes, inner) }
        switch result {
        case .passed(nil): return XMLText.element("testcase", attributes)
        case .passed(let remarks?): return case_(XMLText.element("system-out", [], text: remarks))
        case .failed(let kind, let text):
            return case_(XMLText.element("failure", [("message", text.firstLine), ("type", kind)], text: text))
        case .broken(let text):
            return case_(XMLText.element("error", [("message", text.firstLine), ("type", "tester")], text: text))
        case .skipped(let why): return case_(XMLText.element("skipped", [("message", why)], text: why))
        }
    }
}

private struct TestSuite {
    let name: String
    let report: Report
    let cases: [TestCase]

    var xml: String {
        let attributes =
            [("name", name)] + cases.counts + [
                ("time", report.run.seconds.threeDecimals),
                // The schema of Ant, which readers follow, has no time zone here.
                ("timestamp", String(report.run.startedAt.timestamp.prefix(19))),
            ]
        return XMLText.element("testsuite", attributes, cases.map(\.xml))
    }
}

extension [TestCase] {
    fileprivate var counts: [(String, String)] {
        func count(_ matches: (TestCase.Result) -> Bool) -> String { "\(self.count { matches($0.result) })" }
        return [
            ("tests", "\(self.count)"),
            ("failures", count { if case .failed = $0 { true } else { false } }),
            ("errors", count { if case .broken = $0 { true } else { false } }),
            ("skipped", count { if case .skipped = $0 { true } else { false } }),
        ]
    }
}

extension Report {
    fileprivate func suite(_ gate: Gate, isOneOfSeveral: Bool) -> TestSuite {
        // Under several profiles the same check is several cases.
        let suffix = isOneOfSeveral ? " (\(profile.id))" : ""
        let requirements = assessment.compliance?.requirements.map { testCase($0, suffix) } ?? []
        let cases = [grade(gate, suffix)] + requirements + checks.map { testCase($0, suffix) }
        return TestSuite(name: "\(subject) \(profile.id)", report: self, cases: cases)
    }

    /// The grade against what is asked of it.
    private func grade(_ gate: Gate, _ suffix: String) -> TestCase {
        let verdict = gate.verdict(on: self)
        let reasons = ([verdict.letterReason ?? headline] + verdict.otherReasons + sentences).joined(separator: "\n")
        let result: TestCase.Result =
            switch verdict.standing {
            case .met: .passed(remarks: reasons)
            case .missed: .failed(kind: "grade", text: reasons)
            case .open, .nothing: .skipped(why: reasons)
            }
        return TestCase(className: domain.text, name: "grade\(suffix)", result: result)
    }

    private func testCase(_ requirement: Compliance.RequirementReport, _ suffix: String) -> TestCase {
        let what = "\(requirement.requirement.clause): \(requirement.requirement.text)"
        let text = ([what] + [requirement.why].compactMap(\.self)).joined(separator: "\n")
        let result: TestCase.Result =
            switch requirement.outcome {
            case .compliant, .compliantWithWaiver: .passed(remarks: nil)
            // What is recommended fails nothing.
            case .notCompliant where requirement.requirement.level == .should: .passed(remarks: "not met: \(text)")
            case .notCompliant: .failed(kind: "requirement", text: text)
            case .cannotTell, .notObservable, .notApplicable, .leftOut:
                .skipped(why: "\(requirement.outcome.words): \(text)")
            }
        return TestCase(
            className: "\(domain.text).requirements", name: requirement.requirement.id + suffix, result: result)
    }

    private func testCase(_ check: CheckReport, _ suffix: String) -> TestCase {
        TestCase(
            className: check.place.jsonID.map { "\(domain.text).\($0)" } ?? domain.text, name: check.id + suffix,
            result: result(check))
    }

    private func result(_ check: CheckReport) -> TestCase.Result {
        let seen = sightings(of: check)
        let text = seen.map { "\($0.found.severity.rawValue) \($0.found.finding.code): \($0.text(of: domain))" }
            .joined(separator: "\n\n")
        switch check.outcome {
        case .clean: return .passed(remarks: nil)
        case .passed, .noted: return .passed(remarks: text.isEmpty ? nil : text)
        case .failed:
            let serious = seen.filter { $0.found.severity >= .error }
            if serious.allSatisfy({ $0.waiver != nil }), let waiver = serious.first?.waiver {
                return .skipped(why: "waived until \(waiver.expires): \(waiver.reason)")
            }
            if serious.allSatisfy({ $0.found.finding.description.responsible == .tester }) {
                return .broken(text: text)
            }
            return .failed(kind: serious.first?.found.severity.rawValue ?? "error", text: text)
        case .inconclusive: return .skipped(why: "could not be determined: \(check.why ?? "")")
        case .notApplicable: return .skipped(why: "not applicable: \(check.why ?? "")")
        case .blocked: return .skipped(why: "another check says why: \(check.why ?? "")")
        }
    }
}

extension String {
    fileprivate var firstLine: String { split(separator: "\n").first.map(String.init) ?? "" }
}
