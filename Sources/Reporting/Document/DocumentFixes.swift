internal import CheckKit
internal import Grading
internal import MailModel

extension Report {
    /// The way up in short, then what to do, the most useful first.
    func addFixes(to document: inout Document) {
        addWayUp(to: &document)
        let toDo = explanation.toDo
        guard !toDo.isEmpty else { return }
        document.section("What to fix first")
        addNextGrade(to: &document)
        document.list(.steps, toDo.enumerated().map { item($1, isFirst: $0 == 0) })
    }

    /// What is merely worth knowing.
    func addRemarks(to document: inout Document) {
        let rest = fixes.filter { !$0.asksForAction }
        guard !rest.isEmpty else { return }
        document.section("Worth knowing")
        document.list(
            .bullets,
            rest.flatMap { fix in
                fix.observations.map { observation in
                    let places = observation.places.phrase.map { "\($0): " } ?? ""
                    return Document.Item([Span("\(places)\(observation.message)")], anchor: fix.code)
                }
            })
    }

    /// What a better grade takes where it is more than the first entry of the list.
    private func addNextGrade(to document: inout Document) {
        guard let next = explanation.next, next.codes.count > 1 else { return }
        let how = next.isSmallest ? "Least effort for " : "Enough for "
        document.paragraph([
            Span(how), Span(next.grade.rawValue, .grade(next.grade)),
            Span(": items 1 to \(next.codes.count) together."),
        ])
    }

    private func item(_ fix: Fix, isFirst: Bool) -> Document.Item {
        var heading = [
            Span(fix.severity.rawValue, .severity(fix.severity)), " ", Span(fix.code, .strong),
        ]
        if let letter = fix.holdsAt, letter <= (assessment.grade ?? letter) {
            heading.append(Span("  (limits the grade to \(letter))"))
        }
        var blocks: [Document.Block] = fix.observations.flatMap { observation -> [Document.Block] in
            let places = observation.places.phrase.map {
                Document.Block.paragraph([Span("at \($0)", .muted)], depth: 1)
            }
            return [.paragraph([Span(observation.message)])] + [places].compactMap(\.self)
        }
        blocks.append(.paragraph([Span("Do: ", .strong), Span(fix.remedy)]))
        let alone = isFirst && fix.gradeAfter != nil ? "" : alone(fix)
        blocks.append(.paragraph([Span("Who: \(fix.responsible.inReports)\(alone)", .muted)]))
        if !fix.alternatives.isEmpty {
            blocks.append(
                .paragraph(
                    ["Or instead: "]
                        + fix.alternatives.enumerated().flatMap { index, code in
                            [Span(index == 0 ? "" : " or "), Span(code, .strong, target: code)]
                        }))
        }
        if let after = fix.gradeAfter {
            let what = isFirst ? "With this fixed" : "With this and everything above fixed"
            blocks.append(
                .paragraph([
                    Span("\(what), the grade can become "), Span(after.rawValue, .grade(after)), ".",
                ]))
        }
        blocks += snippets(for: fix).flatMap(\.blocks)
        if let references = references[fix.check] { blocks.append(.references(references)) }
        return Document.Item(heading, blocks, anchor: fix.code)
    }

    /// What fixing this and nothing else would give, where there is a letter that it could change.
    private func alone(_ fix: Fix) -> String {
        guard let now = assessment.grade, let then = fix.gradeAlone else { return "" }
        return then > now ? ". On its own: \(then)" : ". On its own: still \(then)"
    }

    /// What could not be determined: never a fault of the servers, and never silence.
    func addDoubts(to document: inout Document) {
        guard !doubts.isEmpty else { return }
        document.section("Could not be determined")
        document.list(
            .bullets,
            doubtsByReason.map { group in
                let places = group.places.phrase.map { " at \($0)" } ?? ""
                // One cause that leaves half of a profile open needs no list of it; the details have every check.
                let names =
                    group.names.count > 12 ? "\(group.names.count) checks" : group.names.joined(separator: ", ")
                return Document.Item([Span(names + places, .strong), Span(": \(group.why)")])
            })
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
    func addDetails(to document: inout Document) {
        document.section("Checks")
        document.rows(
            .outcomes,
            checks.map { check in
                let place = check.place.description
                let codes = check.findings.map(\.finding.code).joined(separator: ", ")
                let reason = check.why ?? codes
                return Document.Row(
                    name: Span(check.outcome.rawValue),
                    spans: [
                        Span(check.id), Span(place.isEmpty ? "" : " \(place)", .muted),
                        Span(reason.isEmpty ? "" : ": \(reason)"),
                    ])
            })
        addTimes(to: &document)
        if !conversations.isEmpty { document.section("Transcripts") }
        for conversation in conversations {
            document.heading(.item, [Span("\(conversation.place.description) \(conversation.label)", .strong)])
            document.rows(
                .transcript,
                conversation.lines.map { line in
                    let mark = "\(line.direction.rawValue)\(line.encrypted ? "*" : ":")"
                    return Document.Row(
                        name: Span("\(line.seconds.threeDecimals) \(mark)", .muted), spans: [Span(line.text)])
                })
        }
    }
}

extension Report.Doubt {
    /// The check, or the codes of it that are open.
    fileprivate var names: [String] { codes.isEmpty ? [check] : codes }
}

extension Snippet {
    /// Where it goes, and the text; steps are read, not pasted.
    fileprivate var blocks: [Document.Block] {
        let title = Document.Block.paragraph([Span("\(title):", .muted)])
        return [title]
            + (kind == .steps ? lines.map { .paragraph([Span($0)], depth: 1) } : [.snippet(lines: lines)])
    }
}

extension Responsible {
    /// Who that is, in the words of a report.
    var inReports: String {
        switch self {
        case .domainOwner: "whoever edits the domain\u{2019}s DNS records"
        case .mailProvider: "whoever runs the mail server"
        case .dnsHost: "whoever runs the name servers"
        case .tester: "whoever runs mailgrade"
        }
    }
}
