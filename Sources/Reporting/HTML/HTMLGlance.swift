internal import Grading

/// The first screen: of what, which letter, between which others, why, and what to do first.
struct HTMLGlance {
    private let document: Document
    private let anchors: HTMLAnchors

    init(_ document: Document, _ anchors: HTMLAnchors) {
        self.document = document
        self.anchors = anchors
    }

    var html: HTML {
        let isOneOfSeveral = document.results.count > 1
        let results = document.results.enumerated().map { index, result in
            HTML.element(
                .div, .class(.result),
                inside: letter(result) + verdict(result, number: isOneOfSeveral ? index + 1 : 0))
        }
        let words =
            isOneOfSeveral ? "Mail transport security under \(results.count) profiles" : "Mail transport security"
        // The day and the minute are enough for people; the element has the rest.
        let moment = "\(document.instant.prefix(10)) \(document.instant.dropFirst(11).prefix(5)) UTC"
        let when = HTML.element(.time, .instant(document.instant), text: moment)
        return .element(.h1, text: document.title)
            + .element(.p, .class(.sub), inside: HTML("\(words), tested on ") + when)
            + .element(.div, .class(.cards), inside: results.joined())
    }

    /// The letter, or the range that stands in its place.
    private func letter(_ result: Document.Result) -> HTML {
        guard let grade = result.grade else {
            let look = result.compliance.flatMap { HTML.Class($0.role) } ?? .muted
            let sign =
                switch look {
                case .good: "\u{2713}"
                case .bad: "\u{2717}"
                case .doubtful: "?"
                default: "\u{2013}"
                }
            return .element(
                .p, .class(.letter, look),
                inside: .element(.span, .hidden, text: sign) + .element(.span, .class(.unseen), text: "No letter")
            )
        }
        guard result.isRangeWide, let range = result.range, let worst = range.first, let best = range.last else {
            return .element(
                .p, .class(.letter, HTML.Class(grade)),
                inside: .element(.span, .class(.unseen), text: "Grade ") + HTML(grade.rawValue))
        }
        return .element(
            .p, .class(.letter, .wide, .doubtful),
            inside: .element(.span, .class(.unseen), text: "Grade between \(worst) and \(best)")
                + .element(.span, .hidden, text: "\(worst)\u{2009}\u{2013}\u{2009}\(best)"))
    }

    private func verdict(_ result: Document.Result, number: Int) -> HTML {
        let name = number == 0 ? HTML.nothing : .element(.p, .class(.muted), text: result.profile)
        let sentence = result.sentence.map { HTML.element(.p, .class(.why), text: $0) } ?? .nothing
        return .element(
            .div, .class(.head),
            inside: name + .element(.p, .class(.headline), inside: headline(result)) + scale(result))
            + .element(.div, .class(.verdict), inside: sentence + firstFix(result, number))
    }

    /// The words behind the letter, which stands beside them already.
    private func headline(_ result: Document.Result) -> HTML {
        guard let grade = result.grade else { return HTML(result.headlineText.capitalisedFirst) }
        if result.isRangeWide { return HTML("The grade lies \(result.headlineText)") }
        return HTML("Grade \(grade)\(result.headline.dropFirst().map(\.text).joined())")
    }

    /// All letters in a row, the one that is given and those that it could become. The words beside it say the same.
    private func scale(_ result: Document.Result) -> HTML {
        guard let grade = result.grade else { return .nothing }
        let range = result.range.map { ($0.min() ?? grade)...($0.max() ?? grade) }
        let letters = Grade.allCases.sorted().map { letter in
            let look: HTML.Class? =
                letter == grade && !result.isRangeWide ? .now : range?.contains(letter) == true ? .range : nil
            return HTML.element(.li, .class(look ?? .plain), text: letter.rawValue)
        }
        return .element(.ol, .class(.scale), .hidden, inside: letters.joined())
    }

    private func firstFix(_ result: Document.Result, _ number: Int) -> HTML {
        guard let fix = result.firstFix else { return .nothing }
        let code =
            anchors.target(fix.code, under: number).map {
                HTML.element(.a, .link(to: $0), text: fix.code)
            } ?? .element(.strong, text: fix.code)
        let gain =
            fix.gradeAfter.map {
                HTML(" With this fixed, the grade can become ") + .element(.strong, text: $0.rawValue) + HTML(".")
            } ?? .nothing
        return .element(
            .p, .class(.first),
            inside: .element(.strong, text: "First fix: ") + code + HTML(". \(fix.message) ")
                + .element(.strong, text: "Do: ") + HTML(fix.remedy) + gain)
    }
}
