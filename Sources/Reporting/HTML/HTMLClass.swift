internal import CheckKit
internal import Grading

extension HTML {
    /// The names by which the style sheet knows things.
    enum Class: String {
        case aside, bad, badge, bar, body, bottom, cards, chart, content, copyable, doubtful, facts, finding, first
        case fold, good, head, headline, hero, layout, legend, letter, lines, link, mark, marks, more, muted, notes, now
        case one, page, part0, part1, part2, plain, range, refs, result, scale, scroll, skip, snippet, steps, strong
        case sub, toc, transcript, unseen, verdict, why, wide
    }
}

extension HTML.Class {
    /// The look of a piece of text; nil for text as it is.
    init?(_ role: Span.Role) {
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

    init(_ severity: Severity) {
        switch severity {
        case .critical, .error: self = .bad
        case .warning: self = .doubtful
        case .notice, .info: self = .muted
        }
    }

    init(_ grade: Grade?) {
        switch grade {
        case .aPlus, .a: self = .good
        case .b, .c: self = .doubtful
        case .d, .f: self = .bad
        case nil: self = .muted
        }
    }
}
