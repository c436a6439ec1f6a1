internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel
internal import MailgradeKit
internal import Reporting
internal import Store

/// How a reader wants a result.
struct RunReading: Sendable, Hashable {
    /// The profile; nil for the one that was asked for.
    var profile: String?
    /// The codes of what is supposed to be fixed.
    var fixes: [String] = []
    /// The key that may delete the result, where the reader has it.
    var key: String?

    init(_ form: FormData) {
        profile = form["profile"]
        fixes = Array(Set(form.all("fix"))).sorted()
        key = form["key"]
    }

    /// The address of a result, read so.
    func path(_ id: String, profile: String? = nil) -> String {
        let profile = profile ?? self.profile
        let parts = [profile.map { "profile=\($0.inAddress)" }, key.map { "key=\($0.inAddress)" }].compactMap { $0 }
        return "/runs/\(id)" + (parts.isEmpty ? "" : "?\(parts.joined(separator: "&"))")
    }
}

extension Pages {
    /// More boxes than that nobody ticks.
    private static let mostBoxes = 20

    /// A result: the HTML report, and around it what can be done with it.
    static func report(_ result: RunResult, _ reading: RunReading, now: Date, keptFor days: Int) throws -> HTML {
        let policy = try result.policy(reading.profile)
        let report = policy.report(result.evidence)
        let panel = HTML.element(
            .section, .class(.panel), .label("What to do with this result"),
            inside: profiles(result, policy, reading) + forecast(policy, result.evidence, now)
                + whatIf(result, policy, report, reading) + formats(result.run, reading)
                + ownership(result.run, reading, days))
        return Reports([report]).served(styles: [style], scripts: [], above: header, beside: panel)
    }

    private static func profiles(_ result: RunResult, _ policy: Policy, _ reading: RunReading) -> HTML {
        guard result.policies.all.count > 1 else { return .nothing }
        let links = result.policies.all.map { other in
            let id = other.profile.id
            return HTML.element(
                .li,
                inside: .element(
                    .a, .path(reading.path(result.run.id, profile: id)),
                    id == policy.profile.id ? .other(.ariaCurrent, "page") : nil, text: id))
        }
        return .element(
            .nav, .label("Profiles"),
            inside: .element(
                .ul, .class(.choice), inside: .element(.li, .class(.muted), text: "Judged by") + links.joined()))
    }

    private static func forecast(_ policy: Policy, _ evidence: Evidence, _ now: Date) -> HTML {
        guard let forecast = Forecast(policy, evidence, now: now) else { return .nothing }
        let grade = forecast.grade.map { "\($0)" } ?? "no letter"
        return .element(
            .p,
            inside: HTML("If nothing is changed, the grade will be ") + .element(.strong, text: grade)
                + HTML(" on ")
                + .element(.time, .instant(forecast.day.timestamp), text: "\(forecast.day.timestamp.prefix(10))")
                + HTML("."))
    }

    private static func whatIf(
        _ result: RunResult, _ policy: Policy, _ report: Report, _ reading: RunReading
    ) -> HTML {
        let fixes = report.explanation.toDo.prefix(mostBoxes)
        guard !fixes.isEmpty, report.assessment.grade != nil else { return .nothing }
        let boxes = fixes.map { fix in
            HTML.element(
                .label,
                inside: .input(
                    .other(.type, "checkbox"), .name("fix"), .value(fix.code),
                    reading.fixes.contains(fix.code) ? .flag(.checked) : nil)
                    + HTML("\(fix.code): \(fix.remedy)"))
        }
        let hidden = [reading.profile.map { ("profile", $0) }, reading.key.map { ("key", $0) }].compactMap { $0 }.map {
            HTML.input(.other(.type, "hidden"), .name($0), .value($1))
        }
        var outcome = HTML.nothing
        if !reading.fixes.isEmpty {
            let grade = policy.assessment(result.evidence, fixing: Set(reading.fixes)).grade
            outcome = .element(
                .p, .role("status"),
                inside: HTML("With what is ticked fixed, and nothing new coming to light, the grade would be ")
                    + .element(.strong, text: grade.map { "\($0)" } ?? "none") + HTML("."))
        }
        return .element(
            .details, reading.fixes.isEmpty ? nil : .isOpen, .id("what-if"),
            inside: .element(.summary, inside: .element(.span, text: "What if this were fixed?"))
                + .element(
                    .div, .class(.body),
                    inside: .element(
                        .form,
                        attributes: [.class(.choice)] + HTML.Attribute.asked(at: "/runs/\(result.run.id)#what-if"),
                        inside: hidden.joined() + boxes.joined()
                            + .element(.button, .other(.type, "submit"), text: "Show the grade"))
                        + outcome))
    }

    private static func formats(_ run: StoredRun, _ reading: RunReading) -> HTML {
        let links = ReportFormat.all.filter { $0.id != "html" }.map { format in
            let profile = reading.profile.map { "&profile=\($0.inAddress)" } ?? ""
            return HTML.element(
                .li, inside: .element(.a, .path("/runs/\(run.id)?format=\(format.id)\(profile)"), text: format.id))
        }
        let evidence = HTML.element(
            .li, inside: .element(.a, .path("/runs/\(run.id)/evidence"), text: "evidence"))
        return .element(
            .nav, .label("Formats"),
            inside: .element(
                .ul, .class(.choice),
                inside: .element(.li, .class(.muted), text: "As") + links.joined() + evidence))
    }

    private static func ownership(_ run: StoredRun, _ reading: RunReading, _ days: Int) -> HTML {
        let again = HTML.element(
            .form, attributes: HTML.Attribute.posted(to: "/runs"),
            inside: .input(.other(.type, "hidden"), .name("domain"), .value(run.domain.text))
                + .input(.other(.type, "hidden"), .name("profile"), .value(reading.profile ?? run.profile))
                + .element(.button, .other(.type, "submit"), text: "Test again"))
        let history = HTML.element(.a, .path("/domains/\(run.domain.text)"), text: "History")
        var inside = HTML.element(.div, .class(.choice), inside: again + history)
        guard let key = reading.key, SHA256.hex(key.utf8) == run.key else { return inside }
        let delete = HTML.element(
            .form, attributes: HTML.Attribute.posted(to: "/runs/\(run.id)/delete"),
            inside: .input(.other(.type, "hidden"), .name("key"), .value(key))
                + .element(.button, .other(.type, "submit"), text: "Delete this result"))
        inside += .element(
            .p,
            inside: HTML("This is your own address of the result, which may delete it. The one to share is ")
                + .element(.a, .path("/runs/\(run.id)"), text: "/runs/\(run.id)")
                + HTML(". Nobody finds it who does not have it. It is kept for \(days) days."))
        return inside + delete
    }
}
