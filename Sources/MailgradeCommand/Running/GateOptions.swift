internal import CheckKit
internal import Grading
internal import MailModel
internal import MailgradeKit
internal import Reporting

/// What `--fail-under`, `--fail-on` and `--baseline` ask for, checked before the first packet.
struct GateOptions {
    private let bar: Grade?
    private let conditions: [Gate.Condition]
    private let baseline: Baseline?

    /// Throws `UsageError` for what names nothing, and for a former run that cannot be read.
    init(_ options: ReportOptions, _ policies: Policies) throws {
        bar = options.failUnder
        let names = Names(policies)
        conditions = try options.failOn.map(names.condition)
        baseline = try options.baseline.map { try Baseline($0, policies) }
    }

    /// The gate of a domain. Throws `UsageError` where its former run cannot be read.
    func gate(for domain: DomainName) throws -> Gate {
        Gate(bar: bar, conditions: conditions, baseline: try baseline?.reports(of: domain))
    }

    /// What `--fail-on` may name.
    private struct Names {
        let codes: Set<String>
        let requirements: Set<String>

        init(_ policies: Policies) {
            codes = Set(policies.plugins.flatMap(\.checks).flatMap(\.findings).map(\.code))
            requirements = Set(policies.all.flatMap(\.profile.requirements).map(\.id))
        }

        func condition(_ text: String) throws -> Gate.Condition {
            if let severity = Severity(rawValue: text) { return .severity(severity) }
            if text == "requirement" { return .requirements }
            if codes.contains(text) { return .finding(text) }
            if requirements.contains(text) { return .requirement(text) }
            let all = codes.union(requirements).union(Severity.allCases.map(\.rawValue)).union(["requirement"]).sorted()
            let hint = Suggestion.nearest(to: text, in: all).map { " Did you mean \($0)?" }
            throw UsageError(
                "--fail-on \(text) names no finding, severity or requirement.\(hint ?? " mailgrade profile show lists them.")"
            )
        }
    }

    /// The former runs.
    private struct Baseline {
        let files: [DomainName: String]
        let policies: Policies
        /// The domain, where one run was named and no folder.
        let only: DomainName?
        let path: String

        init(_ path: String, _ policies: Policies) throws {
            self.path = path
            self.policies = policies
            let paths = try EvidenceFiles.all([path])
            files = try paths.reduce(into: [:]) { files, file in
                files[try SavedEvidence.read(file, policies.plan, keepingTrace: false).domain] = file
            }
            only = paths == [path] ? files.keys.first : nil
        }

        /// What was found then, by its own instant; nil where that domain was not graded then.
        func reports(of domain: DomainName) throws -> Reports? {
            if let only, only != domain {
                throw UsageError("\(path) is a run of \(only.forPeople), and this is one of \(domain.forPeople).")
            }
            guard let file = files[domain] else { return nil }
            return policies.reports(try SavedEvidence.read(file, policies.plan, keepingTrace: false))
        }
    }
}
