internal import CheckKit
public import Grading
internal import MailModel

extension Manual {
    /// About a letter: which score earns it, and which rules hold a grade there.
    public func text(about grade: Grade) -> String {
        page { page in
            page.paragraph([TextRun(grade.rawValue, TextStyle(grade)), TextRun(" under the profile \(profile.id)")])
            page.blankLine()
            guard let index = profile.bands.firstIndex(where: { $0.grade == grade }) else {
                page.paragraph([TextRun("The profile does not give this letter.")])
                return
            }
            let upper = index > 0 ? " and below \(profile.bands[index - 1].from.shortest)" : ""
            page.paragraph([
                TextRun(
                    "It takes a score of \(profile.bands[index].from.shortest) or more\(upper) of 100, and no "
                        + "cap below it; or a higher score and one of these caps."
                )
            ])
            write(profile.caps.filter { $0.atMost == grade }, "What limits a grade to \(grade)", &page)
            let better = profile.caps.filter { $0.atMost < grade }
            write(better, "What rules it out", &page)
        }
    }

    /// About the profile itself: what runs, what it is worth, and the rules.
    public func textAboutProfile() -> String {
        page { page in
            page.paragraph([TextRun(profile.id, .bold), TextRun(": \(profile.title)")])
            if let summary = profile.summary { page.paragraph([TextRun(summary)]) }
            page.paragraph([TextRun("Digest \(profile.digest)", .dim)])
            if let standard = profile.standard { write(standard, &page) }
            if profile.isGraded {
                page.heading("Grades")
                let bands = profile.bands.map { "\($0.grade) from \($0.from.shortest)" }.joined(separator: ", ")
                page.paragraph([TextRun("\(bands); the lowest of the score's letter and every cap.")], indent: 2)
                page.heading("Weights")
                let weighted = profile.checks.filter { $0.weight > 0 || $0.bonus > 0 }
                let total = max(1e-9, weighted.reduce(0) { $0 + $1.weight })
                let list = weighted.map { check in
                    let bonus = check.bonus > 0 ? " (bonus \(check.bonus.shortest))" : ""
                    return "\(check.id) \((check.weight / total * 100).shortest)\(bonus)"
                }
                page.paragraph([TextRun(list.joined(separator: ", "))], indent: 2)
                write(profile.caps, "Caps", &page)
            }
            if !profile.withholds.isEmpty {
                page.heading("No letter")
                for rule in profile.withholds { page.paragraph([TextRun(rule.because)], indent: 4, label: "  -") }
            }
            for level in Requirement.Level.allCases { write(level, &page) }
            writeClasses(&page)
        }
    }

    private func write(_ caps: [Profile.Cap], _ title: String, _ page: inout TextPage) {
        guard !caps.isEmpty else { return }
        page.heading(title)
        for cap in caps.sorted(by: { $0.atMost < $1.atMost }) {
            page.paragraph(
                [TextRun(cap.because), TextRun(" (\(cap.id))", .dim)], indent: 5,
                label: TextRun("  \(cap.atMost)", TextStyle(cap.atMost)))
        }
    }

    private func write(_ standard: Standard, _ page: inout TextPage) {
        let published = standard.published.map { " (\($0))" } ?? ""
        page.heading("Standard")
        page.paragraph([TextRun("\(standard.name), \(standard.edition)\(published)")], indent: 2)
        if let source = standard.source { page.paragraph([TextRun(source)], indent: 2) }
        page.paragraph([TextRun("Confidence: \(standard.confidence)")], indent: 2)
    }

    private func writeClasses(_ page: inout TextPage) {
        guard !profile.classes.isEmpty else { return }
        page.heading("Domain classes")
        for domainClass in profile.classes {
            let named = domainClass.domains.map { ": \($0.map(\.description).joined(separator: ", "))" } ?? ""
            let condition = domainClass.when == nil ? "" : " (where what was found says so)"
            page.paragraph(
                [TextRun(domainClass.id, .bold), TextRun(named + condition)], indent: 4, label: "  -")
            for requirement in domainClass.profile.requirements {
                guard let why = requirement.leftOut else { continue }
                page.paragraph(
                    [TextRun("left out: ", .dim), TextRun(requirement.clause, .bold), TextRun(" \(why)")], indent: 6)
            }
        }
    }

    private func write(_ level: Requirement.Level, _ page: inout TextPage) {
        let requirements = profile.requirements.filter { $0.level == level }
        guard !requirements.isEmpty else { return }
        page.heading(level == .must ? "Required" : "Recommended")
        for requirement in requirements {
            let remark: String =
                switch requirement.basis {
                case .condition: ""
                case .notObservable(let why): " Not observable: \(why)"
                case .notObserved(let why): " Not observed yet: \(why)"
                }
            page.paragraph(
                [TextRun(requirement.clause, .bold), TextRun("\(requirement.days) \(requirement.text)\(remark)")],
                indent: 4, label: "  -")
        }
    }
}

extension Requirement {
    /// When it is asked for, in brackets; empty where that is always.
    fileprivate var days: String {
        let parts = [from.map { "from \($0)" }, until.map { "until \($0)" }].compactMap { $0 }
        return parts.isEmpty ? "" : " (\(parts.joined(separator: " ")))"
    }
}

extension Double {
    /// With one decimal, or none where that is 0.
    var shortest: String { oneDecimal.hasSuffix(".0") ? String(oneDecimal.dropLast(2)) : oneDecimal }
}
