extension ReportFormat {
    /// A page that holds all it needs: for browsers, for paper, for whoever is sent the file. Several runs are a page
    /// with a row for each.
    static let html = ReportFormat(
        "html", summary: "a page for browsers", mediaType: "text/html", fileEnding: "html",
        joint: { _ in
            OneDocument(of: { reports, _ in reports.all.map { HTMLOverview.Row($0) } }) {
                HTMLOverview(rows: $0.flatMap(\.self)).html.markup
            }
        }
    ) { reports, _ in
        HTMLPage(document: reports.document(isVerbose: true)).html.markup
    }
}
