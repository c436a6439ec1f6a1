internal import CheckKit
internal import Grading
internal import MailModel

extension Reports {
    /// The report of one profile; of several, what each comes to side by side, where they differ, then what each has to say,
    /// then what was seen, once.
    public func terminalText(_ layout: Report.TerminalLayout = Report.TerminalLayout()) -> String {
        guard all.count > 1 else { return first.terminalText(layout) }
        var page = TextPage(width: min(layout.width, Report.widestLine), hasColour: layout.hasColour)
        writeResults(&page)
        writeDifferences(&page)
        for report in all { report.writeJudgement(&page) }
        fullest.writeServers(&page)
        fullest.writeDelivery(&page)
        if layout.isVerbose { fullest.writeDetails(&page) }
        page.blankLine()
        first.writeRun(all.map(\.profile), &page)
        return page.text
    }

    private func writeResults(_ page: inout TextPage) {
        page.paragraph([
            TextRun(first.domain.forPeople, .bold), TextRun(" under \(all.count) profiles"),
        ])
        if first.run.wasCancelled {
            page.paragraph([TextRun("Cancelled: this is what was seen so far.", .doubtful)])
        }
        page.blankLine()
        let widest = all.map(\.profile.id.count).max() ?? 0
        for report in all {
            let sentence = report.mainSentence.map { ": \($0)" } ?? ""
            page.paragraph(
                report.headlineRuns + [TextRun(sentence)], indent: min(widest + 4, 24),
                label: TextRun("  \(report.profile.id)", .bold))
        }
    }

    /// What one profile takes more seriously than another.
    private func writeDifferences(_ page: inout TextPage) {
        let severities = all.map { report in
            Dictionary(
                report.checks.flatMap(\.findings).map { ($0.finding.code, $0.severity) }, uniquingKeysWith: max)
        }
        let codes = Set(severities.flatMap(\.keys)).sorted()
        let rows = codes.compactMap { code -> (String, String)? in
            let said = severities.compactMap { $0[code] }
            // That one of them does not look matters only where another one is worried.
            guard Set(said).count > 1 || (said.count < all.count && said.contains { $0 >= .warning }) else {
                return nil
            }
            let words = severities.map { $0[code]?.rawValue ?? "not asked for" }
            return (code, zip(all, words).map { "\($0.profile.id): \($1)" }.joined(separator: ", "))
        }
        guard !rows.isEmpty else { return }
        page.heading("Where they differ")
        for (code, words) in rows { page.paragraph([TextRun(code, .bold), TextRun("  \(words)")], indent: 2) }
    }
}

extension Report {
    /// Everything that one profile makes of the run.
    fileprivate func writeJudgement(_ page: inout TextPage) {
        page.blankLine()
        page.paragraph([TextRun("== \(profile.id): ", .bold)] + headlineRuns)
        writeDomainClass(&page)
        writeReasons(&page)
        writeCompliance(&page)
        writeWaivers(&page)
        writeAdvice(&page)
        writeDoubts(&page)
    }

    /// What decides the result, one sentence.
    fileprivate var mainSentence: String? {
        if assessment.withheld != nil { return nil }
        if assessment.grade != nil { return reasons.first?.reason.sentence }
        guard let compliance = assessment.compliance else { return nil }
        let outcomes = compliance.requirements.filter { $0.requirement.level == .must }.map(\.outcome)
        let counts = Compliance.Outcome.mostUrgentFirst.compactMap { outcome -> String? in
            let count = outcomes.count { $0 == outcome }
            return count == 0 ? nil : "\(count) \(outcome.words)"
        }
        return "of \(outcomes.count) mandatory requirements, \(counts.joined(separator: ", "))."
    }
}
