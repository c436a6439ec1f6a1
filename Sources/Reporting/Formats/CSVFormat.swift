internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel

extension ReportFormat {
    /// A row for the domain under each profile. RFC 4180.
    static let csv = ReportFormat(
        "csv", summary: "a table with a row for the domain", table: "text/csv", fileEnding: "csv"
    ) { reports, _ in
        CSVText.table(DomainRow.columns.map(\.name), reports.all.map { row in DomainRow.columns.map { $0.cell(row) } })
    }
}

/// The columns of the row of a domain. A new one is added at the end: readers count columns.
private struct DomainRow: Sendable {
    let name: String
    let cell: @Sendable (Report) -> CSVText.Cell

    static let columns: [DomainRow] = [
        DomainRow(name: "domain") { .text($0.domain.text) },
        DomainRow(name: "profile") { .text($0.profile.id) },
        DomainRow(name: "grade") { .text($0.assessment.grade?.rawValue ?? "") },
        DomainRow(name: "worst") { .text($0.assessment.range?.worst.rawValue ?? "") },
        DomainRow(name: "best") { .text($0.assessment.range?.best.rawValue ?? "") },
        DomainRow(name: "provisional") { .flag($0.assessment.isProvisional) },
        DomainRow(name: "score") { .number($0.points.score) },
        DomainRow(name: "compliance") { .text($0.assessment.compliance?.outcome.rawValue ?? "") },
        DomainRow(name: "headline") { .text($0.headline) },
        DomainRow(name: "reason") { .text($0.reasons.first?.reason.sentence ?? "") },
        DomainRow(name: "servers") { .integer($0.servers.count) },
        DomainRow(name: "servers_answering") { .integer($0.answering) },
        DomainRow(name: "critical") { .integer($0.counts[.critical] ?? 0) },
        DomainRow(name: "errors") { .integer($0.counts[.error] ?? 0) },
        DomainRow(name: "warnings") { .integer($0.counts[.warning] ?? 0) },
        DomainRow(name: "notices") { .integer($0.counts[.notice] ?? 0) },
        DomainRow(name: "open_questions") { .integer($0.assessment.openQuestions.count) },
        DomainRow(name: "first_fix") { .text($0.explanation.toDo.first?.code ?? "") },
        DomainRow(name: "grade_after_first_fix") { .text($0.explanation.toDo.first?.gradeAfter?.rawValue ?? "") },
        DomainRow(name: "first_certificate_ends") { .text($0.firstExpiry?.timestamp ?? "") },
        DomainRow(name: "started_at") { .text($0.run.startedAt.timestamp) },
        DomainRow(name: "judged_at") { .text($0.run.judgedAt.timestamp) },
        DomainRow(name: "seconds") { .number($0.run.seconds) },
        DomainRow(name: "connections") { .integer($0.run.connections) },
        DomainRow(name: "engine") { .text($0.run.engine) },
        DomainRow(name: "profile_digest") { .text($0.profile.digest) },
        DomainRow(name: "named_servers") { .text($0.namedServers.map(\.text).joined(separator: " ")) },
    ]
}
