internal import CheckKit
internal import Grading
internal import MailModel

extension Reports {
    /// The report of one profile; of several, what each comes to side by side, where they differ, then what each has to say,
    /// then what was seen, once.
    public func document(isVerbose: Bool = false) -> Document {
        guard all.count > 1 else { return first.document(isVerbose: isVerbose) }
        var document = Document(title: first.domain.forPeople, instant: first.run.startedAt.timestamp)
        document.results = all.map(\.result)
        addResults(to: &document)
        fullest.addServers(to: &document)
        fullest.addDelivery(to: &document)
        addDifferences(to: &document)
        for report in all { report.addJudgement(to: &document) }
        fullest.addPublished(to: &document, isVerbose: isVerbose)
        fullest.addServerDetails(to: &document, isVerbose: isVerbose)
        if isVerbose { fullest.addDetails(to: &document) }
        document.blocks.append(.divider)
        first.addRun(all.map(\.profile), to: &document)
        return document
    }

    private func addResults(to document: inout Document) {
        document.heading(
            .title, [Span(first.domain.forPeople, .strong), Span(" under \(all.count) profiles")])
        first.addCancellation(to: &document)
        document.blocks.append(.divider)
        document.rows(
            .results,
            all.map { report in
                let sentence = report.mainSentence.map { ": \($0)" } ?? ""
                let fix = report.result.firstFix.map { first in
                    " Fix first: \(first.code)\(first.gradeAfter.map { ", which brings \($0)" } ?? "")."
                }
                return Document.Row(
                    name: Span(report.profile.id, .strong),
                    spans: report.headlineSpans + [Span(sentence), Span(fix ?? "", .muted)])
            })
    }

    /// What one profile takes more seriously than another.
    private func addDifferences(to document: inout Document) {
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
        document.section("Where they differ")
        for (code, words) in rows { document.paragraph([Span(code, .strong), Span("  \(words)")]) }
    }
}

extension Report {
    /// Everything that one profile makes of the run.
    fileprivate func addJudgement(to document: inout Document) {
        document.heading(.profile, [Span("\(profile.id): ", .strong)] + headlineSpans)
        addDomainClass(to: &document)
        addReasons(to: &document)
        addCompliance(to: &document)
        addWaivers(to: &document)
        addFixes(to: &document)
        addDoubts(to: &document)
        addRemarks(to: &document)
    }

    /// What decides the result, one sentence.
    fileprivate var mainSentence: String? {
        if assessment.withheld != nil { return nil }
        if assessment.grade != nil { return reasons.first?.reason.sentence }
        return countOfRequirements
    }
}
