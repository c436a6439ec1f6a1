/// A page: the result at a glance, a table of contents, and the document.
struct HTMLPage {
    let document: Document

    var html: HTML {
        var writer = HTMLWriter(document)
        let content = writer.content
        let head = HTML.element(.header, .class(.hero), inside: HTMLGlance(document, writer.anchors).html)
        let layout =
            HTML.element(.nav, .class(.toc), .label("On this page"), inside: contents(writer.sections))
            + .element(.main, .class(.content), .id("report"), .isTargetOnly, inside: content)
        return .document(
            title: "\(document.title): \(document.results.map(\.headlineText).joined(separator: ", "))",
            body: .element(.a, .class(.skip), .link(to: "report"), text: "Skip to the report")
                + .element(
                    .div, .class(.page),
                    inside: head + .element(.div, .class(.layout), inside: layout)
                        + .element(.footer, .class(.bottom), inside: writer.footer)))
    }

    private func contents(_ sections: [(id: String, title: String)]) -> HTML {
        .element(
            .ul,
            inside: sections.map { section in
                HTML.element(.li, inside: .element(.a, .link(to: section.id), text: section.title))
            }.joined())
    }
}

extension Document.Result {
    /// The result in one line.
    var headlineText: String { headline.map(\.text).joined() }
}
