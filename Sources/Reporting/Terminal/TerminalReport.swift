internal import CheckKit
internal import Grading
public import MailModel

extension Report {
    /// How a report is laid out on a terminal or in a text file.
    public struct TerminalLayout: Sendable, Hashable {
        /// How many columns there are.
        public var width: Int
        /// Whether colours may be used.
        public var hasColour: Bool
        /// Whether transcripts and passed checks are shown too.
        public var isVerbose: Bool

        /// Eighty columns without colour, unless said otherwise.
        public init(width: Int = 80, hasColour: Bool = false, isVerbose: Bool = false) {
            self.width = width
            self.hasColour = hasColour
            self.isVerbose = isVerbose
        }
    }

    /// Longer lines are hard to read, whatever the terminal's width.
    static let widestLine = 100

    /// The report for a postmaster with five minutes: the grade, why, what was seen, what to do, what is not known.
    public func terminalText(_ layout: TerminalLayout = TerminalLayout()) -> String {
        var page = TextPage(width: min(layout.width, Self.widestLine), hasColour: layout.hasColour)
        writeGrade(&page)
        writeReasons(&page)
        writeCompliance(&page)
        writeWaivers(&page)
        writeServers(&page)
        writeDelivery(&page)
        writeAdvice(&page)
        writeDoubts(&page)
        if layout.isVerbose { writeDetails(&page) }
        page.blankLine()
        writeRun([profile], &page)
        return page.text
    }

    func writeGrade(_ page: inout TextPage) {
        page.paragraph(
            [TextRun(domain.forPeople, .bold), ": "] + headlineRuns)
        writeDomainClass(&page)
        if run.wasCancelled {
            page.paragraph([TextRun("Cancelled: this is what was seen so far.", .doubtful)])
        }
    }

    func writeDomainClass(_ page: inout TextPage) {
        guard let name = assessment.domainClass else { return }
        page.paragraph([TextRun("Judged as domain class \u{201C}\(name)\u{201D}.", .dim)])
    }

    func writeReasons(_ page: inout TextPage) {
        // Why there is no letter stands beside the domain already.
        let reasons = reasons.filter { $0.reason.grade != nil }
        guard !reasons.isEmpty else { return }
        page.heading(isRangeWide ? "Why (as far as was seen)" : "Why")
        if assessment.grade == .aPlus {
            for merit in merits {
                page.paragraph([TextRun(merit.sentence)], indent: 5, label: TextRun("  A+", TextStyle(.aPlus)))
            }
        }
        for reason in reasons {
            let letter = reason.reason.grade
            let label = TextRun("  " + (letter?.rawValue ?? ""), TextStyle(letter))
            page.paragraph([TextRun(reason.reason.sentence)], indent: 5, label: label)
            for (what, places) in reason.grouped {
                let whereabouts = places.phrase.map { " at \($0)" } ?? ""
                page.paragraph([TextRun(what + whereabouts, .dim)], indent: 5)
            }
        }
        if let sentence = points.sentence { page.paragraph([TextRun(sentence, .dim)], indent: 5) }
        // The rules of which it is open whether they apply, lowest letter first: the first says it all.
        let open = assessment.openCaps.filter { $0.atMost < (assessment.grade ?? .f) }
        guard let lowest = open.first else { return }
        let more = open.count > 1 ? " (\(open.count - 1) more could lower the grade.)" : ""
        page.paragraph(
            [TextRun("Undetermined; would lower it to \(lowest.atMost): \(lowest.rule.because)\(more)")], indent: 5,
            label: TextRun("  ?", .doubtful))
    }

    /// By which profiles, of which run.
    func writeRun(_ profiles: [ProfileIdentity], _ page: inout TextPage) {
        let connections = run.connections == 1 ? "1 connection" : "\(run.connections) connections"
        let names = profiles.map { "\($0.id) (\($0.digest.prefix(12)))" }.joined(separator: ", ")
        let judged = run.judgedAt == run.startedAt ? "" : ", judged as of \(run.judgedAt.timestamp)"
        page.paragraph([
            TextRun(
                "\(connections) in \(run.seconds.oneDecimal) s; \(profiles.count == 1 ? "profile" : "profiles") \(names); "
                    + "engine \(run.engine.isEmpty ? "unknown" : run.engine); \(run.startedAt.timestamp)\(judged)", .dim
            )
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

extension Double {
    func rounded(toPlaces places: Int) -> Double {
        let factor = (0..<places).reduce(1.0) { product, _ in product * 10 }
        return (self * factor).rounded() / factor
    }
}
