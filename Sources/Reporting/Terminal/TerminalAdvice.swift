internal import CheckKit
internal import Grading
internal import MailModel

extension Report {
    /// What to do, the most useful first; then what is merely worth knowing.
    func writeAdvice(_ page: inout TextPage) {
        let toDo = advice.filter(\.asksForAction)
        if !toDo.isEmpty {
            page.heading("What to fix first")
            writeNextGrade(&page)
            for (number, entry) in toDo.enumerated() { write(entry, number: number + 1, &page) }
        }
        let rest = advice.filter { !$0.asksForAction }
        guard !rest.isEmpty else { return }
        page.heading("Worth knowing")
        for entry in rest {
            for observation in entry.observations {
                let places = observation.places.phrase.map { "\($0): " } ?? ""
                page.paragraph([TextRun("\(places)\(observation.message)")], indent: 4, label: "  -")
            }
        }
    }

    private func write(_ entry: Advice, number: Int, _ page: inout TextPage) {
        var runs = [
            TextRun(entry.severity.rawValue, TextStyle(entry.severity)), " ", TextRun(entry.code, .bold),
        ]
        if let letter = entry.holdsAt, letter <= (assessment.grade ?? letter) {
            runs.append(TextRun("  (limits the grade to \(letter))"))
        }
        page.paragraph(runs, indent: 5, label: TextRun(number < 10 ? "  \(number)." : " \(number)."))
        for observation in entry.observations {
            page.paragraph([TextRun(observation.message)], indent: 5)
            if let places = observation.places.phrase { page.paragraph([TextRun("at \(places)", .dim)], indent: 7) }
        }
        page.paragraph([TextRun("Do: \(entry.remedy)")], indent: 5)
        let alone = number == 1 && entry.gradeAfter != nil ? "" : alone(entry)
        page.paragraph([TextRun("Who: \(entry.responsible.inReports)\(alone)", .dim)], indent: 5)
        if !entry.alternatives.isEmpty {
            page.paragraph(
                [TextRun("Or instead: "), TextRun(entry.alternatives.joined(separator: " or "), .bold)],
                indent: 5)
        }
        guard let after = entry.gradeAfter else { return }
        let what = number == 1 ? "With this fixed" : "With this and everything above fixed"
        page.paragraph(
            [TextRun("\(what), the grade can become "), TextRun(after.rawValue, TextStyle(after)), "."], indent: 5)
    }

    /// What fixing this and nothing else would give, where there is a letter that it could change.
    private func alone(_ entry: Advice) -> String {
        guard let now = assessment.grade, let then = entry.gradeAlone else { return "" }
        return then > now ? ". On its own: \(then)" : ". On its own: still \(then)"
    }

    /// What could not be determined: never a fault of the servers, and never silence.
    func writeDoubts(_ page: inout TextPage) {
        guard !doubts.isEmpty else { return }
        page.heading("Could not be determined")
        for group in doubtsByReason {
            let places = group.places.phrase.map { " at \($0)" } ?? ""
            // One cause that leaves half of a profile open needs no list of it; --verbose has every check.
            let names = group.names.count > 12 ? "\(group.names.count) checks" : group.names.joined(separator: ", ")
            page.paragraph([TextRun(names + places, .bold), TextRun(": \(group.why)")], indent: 4, label: "  -")
        }
    }

    /// One cause leaves many questions open: those with the same reason at the same places are told together.
    private var doubtsByReason: [(names: [String], places: [Place], why: String)] {
        var groups: [(names: [String], places: [Place], why: String)] = []
        for doubt in doubts {
            if let index = groups.firstIndex(where: { $0.why == doubt.why && $0.places == doubt.places }) {
                groups[index].names += doubt.names
            } else {
                groups.append((doubt.names, doubt.places, doubt.why))
            }
        }
        return groups
    }

    /// Every check with its outcome, and every transcript.
    func writeDetails(_ page: inout TextPage) {
        page.heading("Checks")
        for check in checks {
            let place = check.place.description
            let codes = check.findings.map(\.finding.code).joined(separator: ", ")
            let reason = check.why ?? codes
            page.paragraph(
                [
                    TextRun(check.id), TextRun(place.isEmpty ? "" : " \(place)", .dim),
                    TextRun(reason.isEmpty ? "" : ": \(reason)"),
                ], indent: 18, label: TextRun("  \(check.outcome.rawValue)"))
        }
        for conversation in conversations {
            page.heading("Transcript: \(conversation.place.description) \(conversation.label)")
            for line in conversation.lines {
                let mark = "\(line.direction.rawValue)\(line.encrypted ? "*" : ":")"
                page.paragraph(
                    [TextRun(line.text)], indent: 14, label: TextRun("  \(line.seconds.threeDecimals) \(mark)", .dim))
            }
        }
    }
}

extension Report.Doubt {
    /// The check, or the codes of it that are open.
    fileprivate var names: [String] { codes.isEmpty ? [check] : codes }
}
