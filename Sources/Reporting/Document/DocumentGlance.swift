internal import Grading

extension Report {
    /// What a reader wants to know before anything else: why, what to do first and what that brings.
    func addGlance(to document: inout Document) {
        let result = result
        var rows: [Document.Row] = []
        if let sentence = result.sentence { rows.append(row("Why", [Span(sentence)])) }
        if isRangeWide, let open { rows.append(row("Open", [Span("Undetermined; \(open)", .doubtful)])) }
        if let first = result.firstFix {
            rows.append(row("Fix first", words(of: first)))
            if let gain = gain(of: first) { rows.append(row("Brings", gain)) }
        } else if assessment.grade == .aPlus, result.range == nil {
            rows.append(row("Fix first", ["Nothing: there is no better grade."]))
        }
        document.rows(.glance, rows)
    }

    /// Why the result is what it is, one sentence; nil where the headline says it.
    var sentence: String? {
        if assessment.grade == .aPlus, assessment.range.map({ $0.worst == $0.best }) ?? true, !merits.isEmpty {
            return merits.map(\.sentence).joined(separator: " ")
        }
        if assessment.withheld == nil, assessment.grade == nil { return countOfRequirements?.capitalisedFirst }
        return reasons.first { $0.reason.grade != nil }?.reason.sentence
    }

    /// The rule that would lower the grade most, of those of which it is open whether they apply; it says it for the others.
    var open: String? {
        let open = assessment.openCaps.filter { $0.atMost < (assessment.grade ?? .f) }
        guard let lowest = open.first else { return nil }
        let more = open.count > 1 ? " (\(open.count - 1) more could lower the grade.)" : ""
        return "would lower it to \(lowest.atMost): \(lowest.rule.because)\(more)"
    }

    /// How the mandatory requirements came out, one sentence without a capital; nil where there are none.
    var countOfRequirements: String? {
        guard let compliance = assessment.compliance else { return nil }
        let outcomes = compliance.requirements.filter { $0.requirement.level == .must }.map(\.outcome)
        let counts = Compliance.Outcome.mostUrgentFirst.compactMap { outcome -> String? in
            let count = outcomes.count { $0 == outcome }
            return count == 0 ? nil : "\(count) \(outcome.words)"
        }
        return "of \(outcomes.count) mandatory requirements, \(counts.joined(separator: ", "))."
    }

    private func row(_ name: String, _ spans: [Span]) -> Document.Row {
        Document.Row(name: Span(name, .strong), spans: spans)
    }

    /// What it is called, where it is, and what to do.
    private func words(of first: Document.FirstFix) -> [Span] {
        let fix = fixes.first { $0.code == first.code }
        let instead = fix.map {
            $0.alternatives.isEmpty ? "" : ", or instead \($0.alternatives.joined(separator: " or "))"
        }
        let places = fix.flatMap(place) ?? ""
        // Which settings of which program do it is said below, where there is room.
        let remedy = first.remedy.replacing(/\ \([^()]*: [^()]*\)/, with: "")
        return [
            Span(first.code, .strong, target: first.code), Span(instead ?? ""), Span(places, .muted),
            Span(": \(remedy)"),
        ]
    }

    /// The first place, and how many more there are.
    private func place(of fix: Fix) -> String? {
        guard let first = Array(fix.places.prefix(2)).phrase else { return nil }
        let more = fix.places.count - 2
        return " at \(first)\(more > 0 ? " and \(more) more" : "")"
    }

    /// What comes of it: a letter, with what else it takes; nil where nobody can say.
    private func gain(of first: Document.FirstFix) -> [Span]? {
        if let after = first.gradeAfter { return [Span(after.rawValue, .grade(after))] }
        guard let next = explanation.next, next.codes.contains(first.code) else { return nil }
        let others = next.codes.filter { $0 != first.code }
        return [
            Span(next.grade.rawValue, .grade(next.grade)), Span(", together with \(others.joined(separator: ", "))"),
        ]
    }
}

extension Report {
    /// From letter to letter: what to fix for the next one, what would do as well, and so on up to the best.
    func addWayUp(to document: inout Document) {
        var items: [Document.Item] = []
        var spans: [Span] = []
        for fix in explanation.toDo {
            if !spans.isEmpty { spans.append(", ") }
            spans.append(Span(fix.code, .strong, target: fix.code))
            if !fix.alternatives.isEmpty { spans.append(Span(" or \(fix.alternatives.joined(separator: " or "))")) }
            guard let grade = fix.gradeAfter else { continue }
            items.append(Document.Item(spans, mark: Span(grade.rawValue, .grade(grade))))
            spans = []
        }
        guard !items.isEmpty else { return }
        document.section(explanation.next?.isSmallest == false ? "A way up" : "The shortest way up")
        document.list(.marks, items)
    }
}

extension String {
    /// The text with a capital at its start.
    package var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
