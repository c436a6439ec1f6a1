internal import CheckKit
internal import Grading
public import MailModel
internal import Observations

extension Report {
    /// The report for a postmaster with five minutes: the grade, why, what was seen, what to do, what is not known. `isVerbose`
    /// adds every check and every transcript.
    public func document(isVerbose: Bool = false) -> Document {
        var document = Document(title: domain.forPeople, instant: run.startedAt.timestamp)
        document.results = [result]
        document.heading(.title, [Span(domain.forPeople, .strong), ": "] + headlineSpans)
        addSupposition(to: &document)
        addDomainClass(to: &document)
        addCancellation(to: &document)
        addGlance(to: &document)
        addServers(to: &document)
        addDelivery(to: &document)
        addReasons(to: &document)
        addCompliance(to: &document)
        addWaivers(to: &document)
        addFixes(to: &document)
        addDoubts(to: &document)
        addRemarks(to: &document)
        addPublished(to: &document, isVerbose: isVerbose)
        addServerDetails(to: &document, isVerbose: isVerbose)
        if isVerbose { addDetails(to: &document) }
        document.blocks.append(.divider)
        addRun([profile], to: &document)
        return document
    }

    /// The result at a glance.
    var result: Document.Result {
        let isOpen = assessment.isProvisional && assessment.grade != nil
        let range = assessment.range.flatMap { isOpen && $0.worst != $0.best ? [$0.worst, $0.best] : nil }
        let compliance = assessment.compliance?.outcome
        // Whoever asks for compliance alone and has it needs no more.
        let isDone = assessment.grade == nil && (compliance == .compliant || compliance == .compliantWithWaiver)
        let first = isDone ? nil : explanation.toDo.first
        return Document.Result(
            profile: profile.id, grade: assessment.grade, range: range, isRangeWide: isRangeWide,
            headline: headlineSpans,
            compliance: compliance.map { Span($0.words, Span.Role($0)) }, sentence: sentence,
            firstFix: first.map { fix in
                Document.FirstFix(
                    code: fix.code, message: fix.observations.first?.message ?? "", remedy: fix.remedy,
                    gradeAfter: fix.gradeAfter)
            })
    }

    func addCancellation(to document: inout Document) {
        guard run.wasCancelled else { return }
        document.paragraph([Span("Cancelled: this is what was seen so far.", .doubtful)])
    }

    /// A grade of what might be is not to be mistaken for the domain's.
    func addSupposition(to document: inout Document) {
        guard let supposition else { return }
        let gone = published.exchange.flatMap { $0.kind == .none ? $0.why?.sentence : nil }.map { " \($0)" } ?? ""
        document.paragraph([
            Span(
                "Tested with \(supposition), instead of the hosts that the domain\u{2019}s MX records name.\(gone)",
                .doubtful)
        ])
    }

    func addDomainClass(to document: inout Document) {
        guard let name = assessment.domainClass else { return }
        document.paragraph([Span("Judged as domain class \u{201C}\(name)\u{201D}.", .muted)])
    }

    func addReasons(to document: inout Document) {
        // Why there is no letter stands beside the domain already.
        let reasons = reasons.filter { $0.reason.grade != nil }
        guard !reasons.isEmpty else { return }
        document.section("How the grade comes about\(isRangeWide ? ", as far as was seen" : "")")
        var items: [Document.Item] = []
        if assessment.grade == .aPlus {
            items = merits.map { Document.Item([Span($0.sentence)], mark: Span("A+", .grade(.aPlus))) }
        }
        items += reasons.map { reason in
            let letter = reason.reason.grade
            let found = reason.grouped.map { what, places in
                Document.Block.paragraph([
                    Span(what, .muted, target: what), Span(places.phrase.map { " at \($0)" } ?? "", .muted),
                ])
            }
            return Document.Item(
                [Span(reason.reason.sentence)], found, mark: Span(letter?.rawValue ?? "", .grade(letter)))
        }
        if let sentence = points.sentence { items.append(Document.Item([Span(sentence, .muted)])) }
        if let open { items.append(Document.Item([Span("Undetermined; \(open)")], mark: Span("?", .doubtful))) }
        document.list(.marks, items)
    }

    /// By which profiles, of which run.
    func addRun(_ profiles: [ProfileIdentity], to document: inout Document) {
        let connections = run.connections == 1 ? "1 connection" : "\(run.connections) connections"
        let names = profiles.map { "\($0.id) (\($0.digest.prefix(12)))" }.joined(separator: ", ")
        let judged = run.judgedAt == run.startedAt ? "" : ", judged as of \(run.judgedAt.timestamp)"
        document.paragraph([
            Span(
                "\(connections) in \(run.seconds.oneDecimal) s; \(profiles.count == 1 ? "profile" : "profiles") \(names); "
                    + "engine \(run.engine.isEmpty ? "unknown" : run.engine); \(run.startedAt.timestamp)\(judged)",
                .muted)
        ])
    }
}

extension Report.Reason {
    /// The findings by code, each with its places. What has no code is named by its check, where no code says more.
    var grouped: [(what: String, places: [Place])] {
        var groups: [(what: String, places: [Place])] = []
        let named = findings.filter { $0.code != nil }
        for finding in named.isEmpty ? findings : named {
            let what = finding.code ?? finding.check
            if let index = groups.firstIndex(where: { $0.what == what }) {
                groups[index].places.append(finding.place)
            } else {
                groups.append((what, [finding.place]))
            }
        }
        return groups
    }
}

extension [Place] {
    /// The places in one phrase; nil when it is all about the domain itself.
    var phrase: String? {
        let names = map(\.description).filter { !$0.isEmpty }
        return names.isEmpty ? nil : names.joined(separator: ", ")
    }
}

extension DomainName {
    /// The name as people write it, with the A-label form beside it where they differ.
    public var forPeople: String { unicode == text ? text : "\(unicode) (\(text))" }
}
