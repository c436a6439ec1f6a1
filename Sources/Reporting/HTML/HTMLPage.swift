/// A page: the result at a glance, a table of contents, and the document.
struct HTMLPage {
    let document: Document
    /// What a server puts around it; nil in a file.
    var service: Service?

    /// The parts of a page that are a server's.
    struct Service {
        var styles: [StaticString]
        var scripts: [StaticString]
        /// Above the report.
        var above: HTML
        /// Between the result at a glance and its reasons.
        var beside: HTML
    }

    var html: HTML {
        var writer = HTMLWriter(document)
        let content = writer.content
        let head = HTML.element(.header, .class(.hero), inside: HTMLGlance(document, writer.anchors).html)
        let layout =
            HTML.element(.nav, .class(.toc), .label("On this page"), inside: contents(writer.sections))
            + .element(.main, .class(.content), .id("report"), .isTargetOnly, inside: content)
        let title = "\(document.title): \(document.results.map(\.headlineText).joined(separator: ", "))"
        let body =
            HTML.element(.a, .class(.skip), .link(to: "report"), text: "Skip to the report")
            + (service?.above ?? .nothing)
            + .element(
                .div, .class(.page),
                inside: head + (service?.beside ?? .nothing)
                    + .element(.div, .class(.layout), inside: layout)
                    + .element(.footer, .class(.bottom), inside: writer.footer))
        guard let service else { return .document(title: title, body: body) }
        return .served(
            title: title, styles: [HTML.style] + service.styles, scripts: [HTML.script] + service.scripts, body: body)
    }

    private func contents(_ sections: [(id: String, title: String)]) -> HTML {
        .element(
            .ul,
            inside: sections.map { section in
                HTML.element(.li, inside: .element(.a, .link(to: section.id), text: section.title))
            }.joined())
    }
}

extension Reports {
    /// The page that the HTML format is, of a server that puts something around it.
    package func served(styles: [StaticString], scripts: [StaticString], above: HTML, beside: HTML) -> HTML {
        HTMLPage(
            document: document(isVerbose: true),
            service: .init(styles: styles, scripts: scripts, above: above, beside: beside)
        ).html
    }
}

extension Document.Result {
    /// The result in one line.
    var headlineText: String { headline.map(\.text).joined() }
}
