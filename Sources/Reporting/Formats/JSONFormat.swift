extension ReportFormat {
    /// The report itself, for programs: everything that the other formats say, in the same order.
    static let json = ReportFormat("json", summary: "JSON", mediaType: "application/json", fileEnding: "json") {
        reports, _ in try reports.json()
    }
}
