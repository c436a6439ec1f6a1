package import CheckKit
package import Grading

extension HTML {
    /// The names by which the style sheet knows things.
    package enum Class: String {
        case ask, aside, bad, badge, bar, board, body, bottom, cards, choice, chart, content, copyable, doubtful, facts,
            finding, first
        case fold, good, head, headline, hero, layout, legend, letter, lines, link, mark, marks, more, muted, notes, now
        case nav, one, page, panel, part0, part1, part2, plain, range, refs, result, scale, scroll, skip, snippet,
            steps, strong
        case sub, time, toc, transcript, unseen, verdict, why, wide
    }
}

extension HTML.Class {
    /// The look of a piece of text; nil for text as it is.
    package init?(_ role: Span.Role) {
        switch role {
        case .plain: return nil
        case .strong: self = .strong
        case .muted: self = .muted
        case .good: self = .good
        case .doubtful: self = .doubtful
        case .bad: self = .bad
        case .severity(let severity): self = HTML.Class(severity)
        case .grade(let grade): self = HTML.Class(grade)
        }
    }

    package init(_ severity: Severity) {
        switch severity {
        case .critical, .error: self = .bad
        case .warning: self = .doubtful
        case .notice, .info: self = .muted
        }
    }

    package init(_ grade: Grade?) {
        switch grade {
        case .aPlus, .a: self = .good
        case .b, .c: self = .doubtful
        case .d, .f: self = .bad
        case nil: self = .muted
        }
    }
}
