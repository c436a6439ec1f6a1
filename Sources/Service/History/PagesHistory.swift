internal import Batch
internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel
internal import Reporting
internal import Store

extension Pages {
    /// More changes than that are of no use on one page.
    private static let mostChanges = 100

    /// The grades of a domain over time, and what changed them.
    static func history(_ history: DomainHistory) -> HTML {
        let name = history.domain.forPeople
        let picture = history.runs.isEmpty ? HTML.element(.p, text: "There are no results yet.") : chart(history.runs)
        return shell(
            "\(name): history",
            main: .element(
                .section,
                inside: .element(.h1, text: name) + .element(.p, .class(.sub), text: "Grades over time") + picture
                    + results(history) + compare(history) + changes(history)))
    }

    /// A bar for each result, the oldest first: the better the letter the higher.
    private static func chart(_ runs: [StoredRun]) -> HTML {
        let letters = Grade.allCases.sorted()
        let shown = runs.prefix(60).reversed()
        let bars = shown.enumerated().map { index, run in
            let grade = run.grade.flatMap { Grade(rawValue: $0) }
            let height = grade.flatMap { letters.firstIndex(of: $0) }.map { ($0 + 1) * 12 } ?? 2
            let look: HTML.Class =
                switch grade {
                case .aPlus?, .a?: .part2
                case .b?, .c?: .part1
                default: .part0
                }
            return HTML.element(
                .rect, .class(look), .number(.x, index * 12), .number(.y, 90 - height), .number(.width, 9),
                .number(.height, height))
        }
        let words = shown.map { "\($0.requested.timestamp.prefix(10)): \($0.grade ?? "no letter")" }
        return .element(
            .svg, .class(.chart), .viewBox(max(shown.count, 10) * 12, 90), .role("img"),
            .label("Grades, the oldest first: \(words.joined(separator: ", "))"), inside: bars.joined())
    }

    private static func results(_ history: DomainHistory) -> HTML {
        let rows = history.runs.map { run in
            let range = run.range.map { $0[0] == $0[1] ? "" : " (\($0[0]) to \($0[1]))" } ?? ""
            let address = HTML.element(.a, .path("/runs/\(run.id)"), text: run.profile)
            return HTML.element(
                .tr,
                inside: .element(
                    .th, .ofRow,
                    inside: .element(.time, .instant(run.requested.timestamp), text: run.requested.forPages))
                    + .element(.td, text: "\(run.grade ?? "none")\(range)") + .element(.td, inside: address))
        }
        return table("Results", ["Tested", "Grade", "Profile"], rows)
    }

    private static func compare(_ history: DomainHistory) -> HTML {
        guard history.runs.count > 1 else { return .nothing }
        func choice(_ name: String, _ label: String, _ chosen: StoredRun) -> HTML {
            .element(.label, .for(name), text: label)
                + .element(
                    .select, .id(name), .name(name),
                    inside: history.runs.map { run in
                        HTML.element(
                            .option, .value(run.id), run.id == chosen.id ? .flag(.selected) : nil,
                            text: "\(run.requested.forPages): \(run.grade ?? "none")")
                    }.joined())
        }
        return .element(
            .form, attributes: [.class(.ask)] + HTML.Attribute.asked(at: "/domains/\(history.domain.text)"),
            inside: choice("from", "What is different between", history.runs[1])
                + choice("to", "and", history.runs[0])
                + .element(.button, .other(.type, "submit"), text: "Compare"))
    }

    private static func changes(_ history: DomainHistory) -> HTML {
        let verdicts = history.diff.verdicts.suffix(mostChanges).reversed().map { change in
            let facts = history.diff.facts(behind: change).flatMap { fact in
                fact.differences.prefix(4).map { "\(fact.fact) at \(fact.domain?.text ?? "\(fact.place)"): \($0)" }
            }
            return HTML.element(
                .li,
                inside: .element(
                    .p,
                    inside: .element(.time, .instant(change.after.judged.timestamp), text: change.after.judged.forPages)
                        + HTML(": ")
                        + .element(
                            .strong,
                            text:
                                "\(change.before.grade ?? change.before.state) \u{2192} \(change.after.grade ?? change.after.state)"
                        )
                        + HTML(" (\(StoreDiff.profile(of: change))), \(history.diff.sentence(change))"))
                    + facts.prefix(8).map { HTML.element(.p, .class(.aside), text: $0) }.joined())
        }
        let facts = history.diff.facts.suffix(mostChanges).reversed().map { change in
            let place = change.domain?.text ?? "\(change.place)"
            return HTML.element(
                .li,
                inside: .element(
                    .p,
                    inside: .element(.time, .instant(change.since.timestamp), text: change.since.forPages)
                        + HTML(": ") + .element(.strong, text: "\(change.fact)")
                        + HTML(" at \(place)\(change.isOpen ? ", which could not be told then or now" : "")"))
                    + change.differences.prefix(6).map { HTML.element(.p, .class(.aside), text: $0) }.joined())
        }
        func list(_ title: String, _ items: [HTML]) -> HTML {
            .element(.h2, text: title)
                + (items.isEmpty
                    ? .element(.p, .class(.muted), text: "None.")
                    : .element(.ul, .class(.lines), inside: items.joined()))
        }
        return list("Changes of the grade", verdicts) + list("Changes of what was seen", facts)
    }

    /// What differs between two results.
    static func comparison(
        _ domain: DomainName, _ runs: [StoredRun], _ differences: [(fact: String, place: String, lines: [String])]
    ) -> HTML {
        let rows = runs.map { run in
            HTML.element(
                .li,
                inside: .element(.a, .path("/runs/\(run.id)"), text: run.requested.forPages)
                    + HTML(": \(run.grade ?? "no letter")"))
        }
        let items = differences.map { difference in
            HTML.element(
                .li,
                inside: .element(.p, inside: .element(.strong, text: difference.fact) + HTML(" at \(difference.place)"))
                    + difference.lines.prefix(20).map { HTML.element(.p, .class(.aside), text: $0) }.joined())
        }
        return shell(
            "\(domain.forPeople): what is different",
            main: .element(
                .section,
                inside: .element(.h1, text: "\(domain.forPeople): what is different")
                    + .element(.ul, .class(.lines), inside: rows.joined())
                    + (items.isEmpty
                        ? .element(.p, text: "Nothing that lasts.")
                        : .element(.ul, .class(.lines), inside: items.joined()))))
    }

    /// A table with a caption.
    static func table(_ caption: String, _ columns: [String], _ rows: [HTML]) -> HTML {
        .element(
            .div, .class(.scroll), .role("region"), .label(caption), .isInTabOrder,
            inside: .element(
                .table,
                inside: .element(.caption, text: caption)
                    + .element(
                        .thead,
                        inside: .element(.tr, inside: columns.map { HTML.element(.th, .ofColumn, text: $0) }.joined()))
                    + .element(.tbody, inside: rows.joined())))
    }
}

extension Date {
    /// For people: the day and the minute, UTC.
    var forPages: String { "\(timestamp.prefix(10)) \(timestamp.dropFirst(11).prefix(5)) UTC" }
}
