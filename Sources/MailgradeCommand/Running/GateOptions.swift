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

    /// The gate of a run of a domain, or about named servers. Throws `UsageError` where its former run cannot be read.
    func gate(for domain: DomainName, _ servers: [NamedServer]) throws -> Gate {
        let subject = Subject(domain: domain, servers: servers)
        return Gate(bar: bar, conditions: conditions, baseline: try baseline?.reports(of: subject))
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

    /// What a run was about: a domain, or servers that were named in place of its own.
    private struct Subject: Hashable {
        let domain: DomainName
        let servers: [NamedServer]
    }

    /// The former runs.
    private struct Baseline {
        let files: [Subject: String]
        let policies: Policies
        /// What it was about, where one run was named and no folder.
        let only: Subject?
        let path: String

        init(_ path: String, _ policies: Policies) throws {
            self.path = path
            self.policies = policies
            let paths = try EvidenceFiles.all([path])
            files = try paths.reduce(into: [:]) { files, file in
                let evidence = try SavedEvidence.read(file, policies.plan, keepingTrace: false)
                files[Subject(domain: evidence.domain, servers: evidence.settings.servers)] = file
            }
            only = paths == [path] ? files.keys.first : nil
        }

        /// What was found then, by its own instant; nil where that was not graded then.
        func reports(of subject: Subject) throws -> Reports? {
            if let only, only.domain != subject.domain {
                throw UsageError(
                    "\(path) is a run of \(only.domain.forPeople), and this is one of \(subject.domain.forPeople).")
            }
            if let only, only.servers != subject.servers {
                throw UsageError(
                    "\(path) and this run are not about the same servers: one is about servers that --server named.")
            }
            guard let file = files[subject] else { return nil }
            return policies.reports(try SavedEvidence.read(file, policies.plan, keepingTrace: false))
        }
    }
}
