internal import CheckKit

extension ReportFormat {
    /// The report itself, for programs: everything that the other formats say, in the same order. Several runs are an array of them.
    static let json = ReportFormat(
        "json", summary: "JSON", mediaType: "application/json", fileEnding: "json",
        joint: { _ in OneDocument(of: { reports, _ in reports.jsonValue }) { try JSONValue.array($0).reportText() } }
    ) { reports, _ in try reports.json() }
}
