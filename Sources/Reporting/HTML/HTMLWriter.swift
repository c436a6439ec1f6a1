internal import CheckKit

/// Writes blocks as sections with their headings; what only somebody who looks closer needs is folded.
struct HTMLWriter {
    let anchors: HTMLAnchors
    /// What the table of contents leads to.
    private(set) var sections: [(id: String, title: String)] = []
    /// What stands at the end of the page.
    private(set) var footer = HTML.nothing

    private let document: Document
    private var ids: Set<String> = ["report"]
    private var nextAnchor = 0
    /// Which profile the blocks belong to, counted from 1; 0 for the only one.
    private var profile = 0
    /// How deep the headings of sections are.
    private var depth = 2

    init(_ document: Document) {
        self.document = document
        anchors = HTMLAnchors(document)
    }

    /// Everything between the first heading and the end.
    var content: HTML {
        mutating get {
            var html = HTML.nothing
            var rest = document.blocks[...]
            if case .heading(.title, _)? = rest.first { rest.removeFirst() }
            while let block = rest.first {
                switch block {
                case .heading(.section, let spans):
                    rest.removeFirst()
                    html += section(spans, rest.takeWhile(\.isInsideSection))
                case .heading(.profile, let spans):
                    rest.removeFirst()
                    profile += 1
                    depth = 3
                    let inside = self.profile(spans, &rest)
                    html += inside
                    depth = 2
                case .divider:
                    rest.removeFirst()
                    // What has no heading of its own after the last section is about the run.
                    if rest.allSatisfy(\.isInsideSection) {
                        footer = rest.map { write($0) }.joined()
                        rest = []
                    }
                case .rows(.results, _), .rows(.glance, _):
                    // They stand at the top of the page.
                    rest.removeFirst()
                default:
                    html += .element(
                        .div, .class(.one), inside: rest.takeWhile(\.isInsideSection).map { write($0) }.joined())
                }
            }
            return html
        }
    }

    private mutating func profile(_ spans: [Span], _ rest: inout ArraySlice<Document.Block>) -> HTML {
        let id = identifier("profile-\(profile)")
        sections.append((id, spans.first.map { String($0.text.prefix { $0 != ":" }) } ?? ""))
        var inside = HTML.element(.h2, .id("\(id)-title"), inside: write(spans, isPlain: true))
        inside += rest.takeWhile(\.isInsideSection).map { write($0) }.joined()
        while case .heading(.section, let spans)? = rest.first, !isAboutTheRun(rest) {
            rest.removeFirst()
            inside += section(spans, rest.takeWhile(\.isInsideSection))
        }
        return .element(.section, .id(id), .labelled(by: "\(id)-title"), inside: inside)
    }

    /// Whether what follows belongs to the whole run again: after the last profile, whatever was seen.
    private func isAboutTheRun(_ rest: ArraySlice<Document.Block>) -> Bool {
        guard profile == document.results.count else { return false }
        return !rest.dropFirst().takenWhile(\.isInsideSection).contains(where: \.isJudgement)
    }

    private mutating func section(_ spans: [Span], _ blocks: [Document.Block]) -> HTML {
        let title = spans.map(\.text).joined()
        let id = identifier(title)
        if depth == 2 { sections.append((id, title)) }
        let heading = HTML.element(depth == 2 ? .h2 : .h3, .id("\(id)-title"), text: title)
        let isDetail = blocks.contains(where: \.isDetail)
        var inside = HTML.nothing
        var rest = blocks[...]
        let items = blocks.count { $0.isItemHeading }
        while let block = rest.popFirst() {
            if case .heading(.item, let name) = block {
                let body = rest.takeWhile { !$0.isItemHeading && !$0.isAfterItems }
                inside += item(name, body, isOpen: items == 1 && !body.contains(where: \.isDetail))
            } else {
                inside += write(block)
            }
        }
        let body =
            isDetail
            ? HTML.element(
                .details, .class(.fold),
                inside: .element(.summary, inside: heading) + .element(.div, .class(.body), inside: inside))
            : heading + inside
        // What one of several profiles says has sections of the same names: only the profile's own is a landmark.
        return .element(
            .section, .id(id), depth == 2 ? .labelled(by: "\(id)-title") : nil, inside: body)
    }

    private mutating func item(_ name: [Span], _ body: [Document.Block], isOpen: Bool) -> HTML {
        .element(
            .details, isOpen ? .isOpen : nil,
            inside: .element(
                .summary, inside: .element(depth == 2 ? .h3 : .h4, inside: write(name, isPlain: true)))
                + .element(.div, .class(.body), inside: body.map { write($0) }.joined()))
    }

    /// An id that nothing else has.
    private mutating func identifier(_ title: String) -> String {
        let words = title.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "-")
        let base = "section-\(words)"
        let id = ids.contains(base) ? "\(base)-\(ids.count)" : base
        ids.insert(id)
        return id
    }

    // MARK: Blocks

    mutating func write(_ block: Document.Block) -> HTML {
        switch block {
        case .heading(_, let spans): .element(.p, .class(.strong), inside: write(spans))
        case .paragraph(let spans, let depth):
            .element(.p, depth > 0 ? .class(.aside) : nil, inside: write(spans))
        case .list(.marks, let items): marks(items)
        case .list(.steps, let items): steps(items)
        case .list(.bullets, let items): bullets(items)
        case .rows(let style, let rows): write(rows, style)
        case .table(let table):
            HTMLTables.table(table, id: identifier(table.caption), write: cell)
        case .references(let references): write(references)
        case .snippet(let lines):
            .element(
                .div, .class(.snippet),
                inside: .element(
                    .pre, .class(.copyable), .leftToRight, inside: HTML(lines: lines)))
        case .chart(let chart): HTMLTables.chart(chart, id: identifier("chart"))
        case .divider: .nothing
        }
    }

    private mutating func marks(_ items: [Document.Item]) -> HTML {
        let entries = items.map { item in
            let mark = item.mark ?? ""
            let label = mark.text.isEmpty ? HTML.nothing : HTML(mark.text)
            return HTML.element(
                .li,
                inside: .element(.span, .class(.mark, HTML.Class(mark.role)), inside: label)
                    + .element(.div, inside: item.blocks.map { write($0) }.joined()))
        }
        return .element(.ul, .class(.marks), inside: entries.joined())
    }

    private mutating func bullets(_ items: [Document.Item]) -> HTML {
        let entries = items.map { item -> HTML in
            let id = item.anchor == nil ? nil : anchor()
            return .element(.li, id.map { .id($0) }, inside: item.blocks.map { write($0) }.joined())
        }
        return .element(.ul, .class(.lines), inside: entries.joined())
    }

    /// Each entry opens and closes. The anchor is inside, so that browsers open what an address names even without a script.
    private mutating func steps(_ items: [Document.Item]) -> HTML {
        let entries = items.map { item -> HTML in
            let id = item.anchor == nil ? nil : anchor()
            var blocks = item.blocks[...]
            var title = HTML.nothing
            if case .paragraph(let spans, _)? = blocks.first {
                blocks.removeFirst()
                title = heading(spans)
            }
            let body = blocks.map { write($0) }.joined()
            let link =
                id.map {
                    HTML.element(
                        .p, .class(.refs, .link), inside: .element(.a, .link(to: $0), text: "Link to this finding"))
                } ?? .nothing
            let details = HTML.element(
                .details, .class(.finding), .isOpen,
                inside: .element(.summary, inside: title)
                    + .element(.div, .class(.body), inside: .element(.div, id.map { .id($0) }, inside: body) + link))
            return .element(.li, inside: details)
        }
        return .element(.ol, .class(.steps), inside: entries.joined())
    }

    /// The severity as a badge, then the code as the heading, then what it does to the grade.
    private func heading(_ spans: [Span]) -> HTML {
        let inside = spans.map { span -> HTML in
            guard case .severity(let severity) = span.role else { return write(span) }
            return .element(.span, .class(.badge, HTML.Class(severity)), text: span.text)
        }
        return .element(depth == 2 ? .h3 : .h4, inside: inside.joined())
    }

    private mutating func anchor() -> String? {
        defer { nextAnchor += 1 }
        return anchors[nextAnchor]
    }

    private mutating func write(_ rows: [Document.Row], _ style: Document.RowStyle) -> HTML {
        switch style {
        case .transcript:
            return .element(
                .pre, .class(.transcript), .leftToRight,
                inside: HTML(lines: rows.map { "\($0.name.text) \($0.spans.map(\.text).joined())" }))
        case .outcomes: return HTMLTables.outcomes(rows, id: identifier("outcomes"), write: { write($0) })
        case .facts, .notes, .results, .glance:
            var groups: [(name: Span, values: [HTML])] = []
            for row in rows {
                let value = row.detail.isEmpty ? write(row.spans) : more(row)
                if let last = groups.last, last.name.text == row.name.text {
                    groups[groups.count - 1].values.append(value)
                } else {
                    groups.append((row.name, [value]))
                }
            }
            return .element(
                .dl, .class(style == .notes ? .notes : .facts),
                inside: groups.map { group in
                    HTML.element(
                        .div,
                        inside: .element(.dt, text: group.name.text)
                            + group.values.map { HTML.element(.dd, inside: $0) }.joined())
                }.joined())
        }
    }

    private func more(_ row: Document.Row) -> HTML {
        .element(
            .details, .class(.more),
            inside: .element(.summary, inside: .element(.span, inside: write(row.spans)))
                + .element(.p, inside: write(row.detail)))
    }

    private func write(_ references: [Reference]) -> HTML {
        let links = references.enumerated().map { index, reference in
            HTML(index == 0 ? "" : ", ")
                + (HTML.Attribute.web(reference.link).map { HTML.element(.a, $0, text: reference.description) }
                    ?? HTML(reference.description))
        }
        return .element(.p, .class(.refs), inside: HTML("Read: ") + links.joined())
    }

    // MARK: Text

    private func cell(_ span: Span) -> HTML { write(span) }

    /// Text; `isPlain` where what stands around it is strong as it is.
    func write(_ spans: [Span], isPlain: Bool = false) -> HTML {
        spans.map { write(isPlain && $0.role == .strong ? Span($0.text, target: $0.target) : $0) }.joined()
    }

    private func write(_ span: Span) -> HTML {
        guard !span.text.isEmpty else { return .nothing }
        let look = HTML.Class(span.role)
        if let target = span.target, let id = anchors.target(target, under: profile) {
            return .element(.a, .link(to: id), look.map { .class($0) }, text: span.text)
        }
        return look.map { .element(.span, .class($0), text: span.text) } ?? HTML(span.text)
    }
}

extension Document.Block {
    /// Whether it belongs to the section before it.
    fileprivate var isInsideSection: Bool {
        switch self {
        case .heading(.title, _), .heading(.profile, _), .heading(.section, _), .divider, .rows(.results, _),
            .rows(.glance, _):
            false
        default: true
        }
    }

    fileprivate var isItemHeading: Bool { if case .heading(.item, _) = self { true } else { false } }

    /// What ends the last of several things in a section: text about all of them.
    fileprivate var isAfterItems: Bool { if case .paragraph(_, 0) = self { true } else { false } }

    /// Whether it is for somebody who looks closer.
    fileprivate var isDetail: Bool {
        switch self {
        case .rows(.outcomes, _), .rows(.transcript, _), .chart: true
        default: false
        }
    }

    /// Whether it is what a profile makes of the run, and not what was seen.
    fileprivate var isJudgement: Bool { if case .list = self { true } else { false } }
}

extension ArraySlice<Document.Block> {
    /// Takes blocks off the front.
    fileprivate mutating func takeWhile(_ isWanted: (Document.Block) -> Bool) -> [Document.Block] {
        let taken = Array(prefix(while: isWanted))
        removeFirst(taken.count)
        return taken
    }

    fileprivate func takenWhile(_ isWanted: (Document.Block) -> Bool) -> [Document.Block] {
        Array(prefix(while: isWanted))
    }
}
