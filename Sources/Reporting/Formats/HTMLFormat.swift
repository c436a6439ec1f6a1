extension ReportFormat {
    /// A page that holds all it needs: for browsers, for paper, for whoever is sent the file.
    static let html = ReportFormat(
        "html", summary: "a page for browsers", mediaType: "text/html", fileEnding: "html"
    ) { reports, _ in
        HTMLPage(document: reports.document(isVerbose: true)).html.markup
    }
}
