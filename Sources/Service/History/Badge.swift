internal import Grading

/// A grade as a small picture.
struct Badge: Sendable, Hashable {
    /// The letters between which the grade lies; nil for none.
    let range: Assessment.GradeRange?

    /// SVG 1.1. The colours are readable on white text (WCAG 2.2, 1.4.3), and the letter says it all.
    var svg: String {
        let letter = range.map { $0.worst == $0.best ? $0.best.rawValue : "\($0.worst)\u{2013}\($0.best)" } ?? "none"
        let colour =
            switch range?.worst {
            case .aPlus?, .a?: "#116329"
            case .b?, .c?: "#7a4b00"
            case .d?, .f?: "#a3102a"
            case nil: "#57606a"
            }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="132" height="20" role="img" aria-label="mail transport: \(letter)">
            <title>mail transport: \(letter)</title>
            <rect width="132" height="20" rx="3" fill="#24292f"/><rect x="94" width="38" height="20" rx="3" fill="\(colour)"/>
            <g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
            <text x="8" y="14">mail transport</text><text x="113" y="14" text-anchor="middle">\(letter)</text></g></svg>

            """
    }
}
