internal import CheckKit
internal import Grading

/// How a piece of text looks on a terminal that has colours.
enum TextStyle: Hashable, Sendable {
    case plain
    case bold
    case dim
    case good
    case doubtful
    case bad

    /// The letter's colour.
    init(_ grade: Grade?) {
        switch grade {
        case .aPlus, .a: self = .good
        case .b, .c: self = .doubtful
        case .d, .f: self = .bad
        case nil: self = .bold
        }
    }

    /// The severity's colour.
    init(_ severity: Severity) {
        switch severity {
        case .critical, .error: self = .bad
        case .warning: self = .doubtful
        case .notice, .info: self = .dim
        }
    }

    /// The parameters of the control sequence SGR (ECMA-48, section 8.3.117); nil for none.
    var code: String? {
        switch self {
        case .plain: nil
        case .bold: "1"
        case .dim: "2"
        case .good: "1;32"
        case .doubtful: "1;33"
        case .bad: "1;31"
        }
    }
}

/// A piece of text in one style.
struct TextRun: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    let text: String
    let style: TextStyle

    init(_ text: String, _ style: TextStyle = .plain) {
        self.text = text
        self.style = style
    }

    init(stringLiteral text: String) { self.init(text) }
}
