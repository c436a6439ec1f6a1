internal import Batch
internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import Hummingbird
internal import MailModel
internal import MailgradeKit
internal import Reporting
internal import Store

/// The domains of a list with their last results, the worst first.
struct ListView: Sendable {
    /// A domain.
    struct Row: Sendable {
        let domain: DomainName
        /// Its last result; nil where there is none.
        let run: StoredRun?
        /// The letter, with a question mark where it is provisional, or what stands in its place, under each profile of the list, as
        /// judged last.
        let letters: [String]
    }

    let name: String
    let profiles: [String]
    var rows: [Row]
    /// How many domains have each letter under the first profile, the best first; those whose letter is provisional are counted together.
    let counts: [(letter: String, count: Int)]

    init(
        _ name: String, _ list: WatchedList, _ judged: [Policy], _ settings: RunSettings, _ store: Store
    ) throws {
        self.name = name
        profiles = judged.map(\.profile.id)
        let verdicts = try judged.map { policy in
            try store.verdicts(of: list.domains, under: Policies.storedName([policy], settings))
        }
        rows = try list.domains.map { domain in
            let letters = verdicts.map { $0[domain]?.inMatrix ?? "none" }
            return Row(domain: domain, run: try store.runs(of: domain, limit: 1).first, letters: letters)
        }
        let known = Grade.allCases.sorted().reversed().map(\.rawValue)
        func kind(_ row: Row) -> String {
            guard let letter = row.letters.first else { return "none" }
            return letter.hasSuffix("?") ? Self.open : known.contains(letter) ? letter : "none"
        }
        let first = rows.map(kind)
        counts = (known + [Self.open, "none"]).map { letter in (letter, first.count { $0 == letter }) }
        let order = ["none", Self.open] + known.reversed()
        func rank(_ row: Row) -> Int { order.firstIndex(of: kind(row)) ?? 0 }
        rows.sort { (rank($0), $0.domain.text) < (rank($1), $1.domain.text) }
    }

    /// How letters are counted that may still change.
    private static let open = "provisional"

    /// Those whose name or letter has a text in it, in the order of a column.
    func rows(holding text: String?, by column: String?) -> [Row] {
        let found = rows.filter { row in
            text.map { row.domain.text.contains($0.lowercased()) || row.letters.contains($0) } ?? true
        }
        return column == "domain" ? found.sorted { $0.domain.text < $1.domain.text } : found
    }
}

extension StoredVerdict {
    /// What stands in the cell of a profile: the letter, or how its requirements came out, or why there is neither.
    fileprivate var inMatrix: String {
        if let grade { return state == BatchState.graded.rawValue ? grade : "\(grade)?" }
        let members = try? JSONDecoder().decode(JSONValue.self, from: Data(result.utf8))
        if case .object(let members) = members, case .string(let compliance) = members["compliance"] {
            return compliance
        }
        return state
    }
}

extension MailgradeService {
    /// The lists that there are.
    func lists(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try keyring.require(request, .lists)
        return Answer.page(Pages.lists(configuration.lists.mapValues(\.domains.count)))
    }

    /// A list, with `?format=` the reports of all its domains in one text.
    func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try keyring.require(request, .lists)
        let form = FormData(query: request)
        let view = try listView(context.parameters.get("list") ?? "")
        let rows = view.rows(holding: form["holds"], by: form["by"])
        guard let name = form["format"] else { return Answer.page(Pages.list(view, rows, form["holds"])) }
        let format = try Self.format(name, accept: nil)
        return Answer.text(
            try export(rows, format, policy(of: view, form["profile"])), type: "\(format.mediaType); charset=utf-8")
    }

    /// A list by its name. Throws `Refusal` where there is none.
    func listView(_ name: String) throws -> ListView {
        guard let list = configuration.lists[name] else {
            throw Refusal(.notFound, "There is no list of that name.")
        }
        return try ListView(name, list, listPolicies[name]?.all ?? [], means.settings, means.store)
    }

    /// The policy of a list that is named, its first where none is. Throws `Refusal` for one that is none of the list's.
    private func policy(of view: ListView, _ profile: String?) throws -> Policy {
        let policies = listPolicies[view.name]?.all ?? []
        guard let policy = profile.map({ id in policies.first { $0.profile.id == id } }) ?? policies.first else {
            throw Refusal(.notFound, "The list has these profiles: \(view.profiles.joined(separator: ", ")).")
        }
        return policy
    }

    /// The reports of domains in one text.
    private func export(_ rows: [ListView.Row], _ format: ReportFormat, _ policy: Policy) throws -> String {
        var text = format.joint(.init())
        for run in rows.compactMap(\.run) {
            try text.add(Reports([policy.report(try result(run).evidence)]), .init())
        }
        return try text.text()
    }
}

extension Pages {
    /// The lists.
    static func lists(_ counts: [String: Int]) -> HTML {
        let items = counts.keys.sorted().map { name in
            HTML.element(
                .li,
                inside: .element(.a, .path("/lists/\(name.inAddress)"), text: name)
                    + HTML(": \(counts[name] ?? 0) domains"))
        }
        return shell(
            "Lists",
            main: .element(
                .section,
                inside: .element(.h1, text: "Lists")
                    + (items.isEmpty
                        ? .element(.p, text: "There are no lists. mailgraded.yaml names them.")
                        : .element(.ul, .class(.lines), inside: items.joined()))))
    }

    /// A list: its grades as a picture, then its domains, the worst first.
    static func list(_ view: ListView, _ rows: [ListView.Row], _ text: String?) -> HTML {
        let table = rows.map { row in
            let result =
                row.run.map { run in
                    HTML.element(.a, .path("/runs/\(run.id)"), text: run.requested.forPages)
                } ?? HTML("not yet")
            return HTML.element(
                .tr,
                inside: .element(
                    .th, .ofRow,
                    inside: .element(.a, .path("/domains/\(row.domain.text)?signin=1"), text: row.domain.forPeople))
                    + row.letters.map { HTML.element(.td, .class(HTML.Class(Grade(rawValue: $0))), text: $0) }.joined()
                    + .element(.td, inside: result))
        }
        let exports = ReportFormat.all.map { format in
            HTML.element(
                .li, inside: .element(.a, .path("/lists/\(view.name.inAddress)?format=\(format.id)"), text: format.id))
        }
        let tested = view.rows.count { $0.run != nil }
        let exported = tested == view.rows.count ? "All of them as" : "The \(tested) that have a result, as"
        let filter = HTML.element(
            .form, attributes: [.class(.ask)] + HTML.Attribute.asked(at: "/lists/\(view.name.inAddress)"),
            inside: .element(.label, .for("holds"), text: "Only domains or letters with")
                + .input(.id("holds"), .name("holds"), .value(text ?? ""), .other(.type, "text"))
                + .element(.label, .for("by"), text: "Order")
                + .element(
                    .select, .id("by"), .name("by"),
                    inside: .element(.option, .value("grade"), text: "the worst first")
                        + .element(.option, .value("domain"), text: "by name"))
                + .element(.button, .other(.type, "submit"), text: "Show"))
        return shell(
            "\(view.name): \(view.rows.count) domains",
            main: .element(
                .section,
                inside: .element(.h1, text: view.name) + picture(view) + filter
                    + Pages.table("Domains", ["Domain"] + view.profiles + ["Tested"], table)
                    + .element(
                        .nav, .label("Formats"),
                        inside: .element(
                            .ul, .class(.choice),
                            inside: .element(.li, .class(.muted), text: exported) + exports.joined()))))
    }

    private static func picture(_ view: ListView) -> HTML {
        let most = max(1, view.counts.map(\.count).max() ?? 1)
        let bars = view.counts.enumerated().map { index, entry in
            let height = entry.count * 84 / most
            let look: HTML.Class = index < 2 ? .part2 : index < 4 ? .part1 : .part0
            return HTML.element(
                .rect, .class(look), .number(.x, index * 24), .number(.y, 90 - height), .number(.width, 20),
                .number(.height, height))
        }
        let words = view.counts.map { "\($0.count) \($0.letter == "none" ? "without a letter" : $0.letter)" }.joined(
            separator: ", ")
        return .element(
            .svg, .class(.chart), .viewBox(view.counts.count * 24, 90), .role("img"), .label("Grades: \(words)"),
            inside: bars.joined())
            + .element(.p, .class(.muted), text: words)
    }
}
