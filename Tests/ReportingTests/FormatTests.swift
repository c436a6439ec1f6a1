import CheckKit
import Foundation
import Grading
import Testing

@testable import Reporting

@Suite struct FormatTests {
    @Test func `A format has a name of its own, and what programs need to know of it`() {
        let formats = ReportFormat.all
        #expect(Set(formats.map(\.id)).count == formats.count)
        for format in formats {
            #expect(ReportFormat.named(format.id)?.id == format.id)
            #expect(format.mediaType.split(separator: "/").count == 2)
            #expect(!format.fileEnding.isEmpty && !format.fileEnding.hasPrefix("."))
            #expect(!format.summary.isEmpty)
        }
        #expect(ReportFormat.named("runes") == nil)
    }

    @Test func `A format of somebody else needs nothing but the document`() throws {
        let outline = ReportFormat("outline", summary: "headings", mediaType: "text/plain", fileEnding: "txt") {
            reports, _ in
            reports.document().blocks.compactMap { block in
                if case .heading(.section, let spans) = block { spans.map(\.text).joined() } else { nil }
            }.joined(separator: "\n")
        }
        let reports = Reports([try Situation.openRelay.sample().report()])
        #expect(
            try outline.write(reports, ReportFormat.Layout())
                == "Servers\nWould it deliver?\nHow the grade comes about\nThe shortest way up\nWhat to fix first\n"
                + "What the domain publishes\nEach server")
    }

    @Test(arguments: Situation.allCases) func `Everything that is laid out is in the terminal text, in the same order`(
        _ situation: Situation
    ) throws {
        let report = try situation.sample().report()
        let text = report.terminalText(ReportFormat.Layout(width: 100, isVerbose: true)).filter { !$0.isWhitespace }
        var rest = text[...]
        for words in report.document(isVerbose: true).blocks.flatMap(\.words) {
            let wanted = words.filter { !$0.isWhitespace }
            let place = rest.range(of: wanted)
            #expect(place != nil, "\(words)")
            if let place { rest = rest[place.upperBound...] }
        }
    }

    @Test(arguments: Situation.allCases)
    func `What to fix is in one order: in the document, on the terminal and in JSON`(
        _ situation: Situation
    ) throws {
        let report = try situation.sample().report()
        let order = report.fixes.filter(\.asksForAction).map(\.code)
        let anchors = report.document().blocks.flatMap { block -> [String] in
            if case .list(.steps, let items) = block { items.compactMap(\.anchor) } else { [] }
        }
        #expect(anchors == order)
        guard case .object(let members) = report.jsonValue, case .array(let fixes)? = members["fixes"] else {
            throw CancellationError()
        }
        let codes = fixes.compactMap { fix -> String? in
            guard case .object(let fix) = fix, case .string(let code)? = fix["code"] else { return nil }
            return code
        }
        #expect(codes == order)
        #expect(order.starts(with: report.explanation.next?.codes ?? []))
    }
}

extension Document.Block {
    /// Its paragraphs and cells as text.
    fileprivate var words: [String] {
        switch self {
        case .heading(_, let spans), .paragraph(let spans, _): [spans.map(\.text).joined()]
        case .list(_, let items): items.flatMap { $0.blocks.flatMap(\.words) }
        case .rows(let style, let rows):
            rows.enumerated().flatMap { index, row in
                // A name that stands above already is not said again.
                let isNew = style != .facts || index == 0 || rows[index - 1].name.text != row.name.text
                return (isNew ? [row.name.text] : []) + [row.whole.map(\.text).joined()]
            }
        case .table(let table): table.rows.flatMap { $0.prefix(2).map(\.text) }
        case .snippet(let lines): lines
        case .chart(let chart): chart.bars.map(\.name)
        case .references, .divider: []
        }
    }
}
