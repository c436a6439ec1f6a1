internal import CheckKit

extension ReportFormat {
    /// One JSON value a line, the last of them the whole report. A run that is still going on writes what happens before it.
    static let ndjson = ReportFormat(
        "ndjson", summary: "JSON lines: the run's events, then the report", mediaType: "application/x-ndjson",
        fileEnding: "ndjson", isStream: true
    ) { reports, _ in try reports.eventLine() }
}

extension Reports {
    /// The name and version of the form of each line.
    public static let eventSchema = "mailgrade.events/1"

    /// The line that ends a stream of events.
    func eventLine() throws -> String {
        try JSONValue.object([
            "schema": .string(Self.eventSchema), "event": .string("report"), "report": jsonValue,
        ]).lineText()
    }
}
