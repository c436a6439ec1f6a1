internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel
internal import Observations

extension ReportFormat {
    /// A row for each server, of the profile that asks for most. RFC 4180.
    static let csvOfServers = ReportFormat(
        "csv-servers", summary: "a table with a row for each server", table: "text/csv", fileEnding: "csv"
    ) { reports, _ in
        let report = reports.fullest
        return CSVText.table(
            ServerRow.columns.map(\.name),
            report.servers.map { server in ServerRow.columns.map { $0.cell(report, server) } })
    }
}

/// The columns of the row of a server. A new one is added at the end: readers count columns.
private struct ServerRow: Sendable {
    let name: String
    let cell: @Sendable (Report, ServerSummary) -> CSVText.Cell

    static let columns: [ServerRow] = [
        ServerRow(name: "domain") { report, _ in .text(report.domain.text) },
        ServerRow(name: "host") { .text($1.host.text) },
        ServerRow(name: "address") { .text($1.address?.description ?? "") },
        ServerRow(name: "preference") { $1.preference.map { .integer(Int($0)) } ?? .text("") },
        ServerRow(name: "reply_code") { $1.greeting.value.map { .integer($0.code) } ?? .text("") },
        ServerRow(name: "greeting") { .text($1.greeting.value?.firstLine ?? "") },
        ServerRow(name: "unreachable_because") { .text($1.greeting.absence?.root.description ?? "") },
        ServerRow(name: "tls_version") { .text($1.session.value?.version.description ?? "") },
        ServerRow(name: "tls_suite") { .text($1.session.value?.suite ?? "") },
        ServerRow(name: "tls_group") { .text($1.session.value?.group ?? "") },
        ServerRow(name: "no_tls_because") { .text($1.session.absence?.root.description ?? "") },
        ServerRow(name: "versions_offered") { .text(offered($1)) },
        ServerRow(name: "certificate_verifies") { $1.certificateVerifies.map { .flag($0) } ?? .text("") },
        ServerRow(name: "certificate_problems") { .text($1.certificateProblems.joined(separator: " ")) },
        ServerRow(name: "certificate_names") { .text($1.certificate?.dnsNames.joined(separator: " ") ?? "") },
        ServerRow(name: "certificate_issuer") { .text($1.certificate?.issuer ?? "") },
        ServerRow(name: "certificate_ends") { .text($1.certificate?.notAfter.timestamp ?? "") },
        ServerRow(name: "ptr") { .text(names($1)) },
        ServerRow(name: "relay") { .text(relay($1)) },
        ServerRow(name: "connections") { .integer($1.connections) },
        ServerRow(name: "named_servers") { report, _ in
            .text(report.namedServers.map(\.text).joined(separator: " "))
        },
    ]

    private static func offered(_ server: ServerSummary) -> String {
        server.versions.value?.versions(.supported).map(\.description).joined(separator: " ") ?? ""
    }

    private static func names(_ server: ServerSummary) -> String {
        server.ptr.value?.names.map(\.name.text).joined(separator: " ") ?? ""
    }

    private static func relay(_ server: ServerSummary) -> String { server.relay.outcome?.relaying ?? "" }
}
