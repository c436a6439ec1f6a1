internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel
internal import MailgradeKit

/// Reads the lists of domains of a configuration, and what is told of each to whom.
struct ListReader {
    let folder: ConfigurationFolder
    let profiles: ProfileNames
    let channels: [String]
    let codes: [String]

    /// More domains in one list are a batch.
    private static let mostDomains = 100_000
    /// So often the DNS may be asked for a domain, and its servers on one connection each.
    private static let shortest = (lookups: Duration.seconds(300), connections: Duration.seconds(3600))

    func lists(_ cursor: YAMLCursor) -> [String: WatchedList]? {
        cursor.entries("name of a list")?.reduce(into: [:]) { lists, entry in lists[entry.key] = list(entry.value) }
    }

    private func list(_ cursor: YAMLCursor) -> WatchedList? {
        guard let fields = cursor.fields(["domains", "file", "profiles", "every", "alerts"]) else { return nil }
        var list = WatchedList()
        if fields["domains"] == nil, fields["file"] == nil {
            cursor.errorAtKey("\(cursor.label) needs 'domains' or 'file'")
        }
        let named = fields["domains"]?.list()
        if let named, named.isEmpty { fields["domains"]?.error("'domains' names no domain") }
        var names: [DomainName] = named?.compactMap(domain) ?? []
        if let file = fields["file"] { names += domains(inFile: file) }
        var seen: Set<DomainName> = []
        list.domains = names.filter { seen.insert($0).inserted }
        if list.domains.count > Self.mostDomains {
            cursor.errorAtKey("\(cursor.label) has more than \(Self.mostDomains) domains: mailgrade batch is for those")
        }
        if let names = fields["profiles"].flatMap(profiles.read) { list.profiles = names }
        fields["every"].map { cadence($0, &list) }
        if let rules = fields["alerts"]?.list() { list.alerts = rules.compactMap(rule) }
        return list
    }

    private func domain(_ cursor: YAMLCursor) -> DomainName? {
        guard let text = cursor.text() else { return nil }
        do throws(DomainInputError) {
            return try DomainName(input: text)
        } catch {
            cursor.error("\(error)")
            return nil
        }
    }

    /// One domain in a line; what follows # is a remark.
    private func domains(inFile cursor: YAMLCursor) -> [DomainName] {
        guard let name = cursor.text() else { return [] }
        let bytes: [UInt8]
        do {
            bytes = try TextFile.contents(of: folder.file(name), what: "list of domains")
        } catch {
            cursor.error("\(error)")
            return []
        }
        var domains: [DomainName] = []
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let text = String(decoding: line.prefix { $0 != 0x23 }.secret, as: UTF8.self)
            guard !text.isEmpty else { continue }
            guard let domain = try? DomainName(input: text) else {
                cursor.error("line \(index + 1) of '\(name)' is no domain: \(text.prefix(80))")
                return domains
            }
            domains.append(domain)
        }
        if domains.isEmpty { cursor.error("'\(name)' names no domain") }
        return domains
    }

    private func cadence(_ cursor: YAMLCursor, _ list: inout WatchedList) {
        guard let fields = cursor.fields(["lookups", "certificates", "graded"]) else { return }
        if let field = fields["lookups"] { list.lookups = interval(field, atLeast: Self.shortest.lookups) }
        if let field = fields["certificates"] {
            list.certificates = interval(field, atLeast: Self.shortest.connections)
        }
        if let field = fields["graded"] {
            if never(field) {
                field.error("what is never graded cannot be watched: leave the list out")
            } else if let interval = interval(field, atLeast: Self.shortest.connections) {
                list.graded = interval
            }
        }
    }

    private func interval(_ cursor: YAMLCursor, atLeast shortest: Duration) -> Duration? {
        guard !never(cursor), let interval = cursor.duration() else { return nil }
        if interval < shortest {
            cursor.error(
                "\(cursor.label) must not be less than \(Int(shortest.inSeconds / 60))m: servers of others are asked")
        }
        return interval
    }

    private func rule(_ cursor: YAMLCursor) -> AlertRule? {
        let subjects = ["when", "below", "certificate-ends", "finding"]
        guard let fields = cursor.fields(subjects + ["to"]) else { return nil }
        let items = fields.required("to")?.list()
        if let items, items.isEmpty { fields["to"]?.error("'to' names no channel") }
        let to = items?.compactMap { $0.name(of: "channels", in: channels) }
        let named = subjects.compactMap { subject in fields[subject].map { (subject, $0) } }
        guard named.count == 1, let (kind, field) = named.first else {
            if !fields.hasUnknownKeys {
                cursor.error("an alert needs exactly one of \(subjects.joined(separator: ", "))")
            }
            return nil
        }
        guard let subject = subject(kind, field), let to else { return nil }
        return AlertRule(subject, channels: to)
    }

    private func subject(_ kind: String, _ cursor: YAMLCursor) -> AlertRule.Subject? {
        switch kind {
        case "when":
            return cursor.choice([("drop", .drop), ("change", .change), ("forecast", .forecast)])
        case "below":
            let letters = Grade.allCases.sorted(by: >).map(\.rawValue)
            return cursor.choice(letters.map { ($0, AlertRule.Subject.gradeBelow($0)) })
        case "certificate-ends":
            guard let time = cursor.duration() else { return nil }
            let days = Int((time.inSeconds / 86_400).rounded())
            guard (1...365).contains(days) else {
                cursor.error("'certificate-ends' must be from 1d to 365d")
                return nil
            }
            return .certificateEnds(days: days)
        default:
            return cursor.name(of: "findings", in: codes).map { .finding($0) }
        }
    }
}

/// Reads the times in which nobody is told anything.
struct MaintenanceReader {
    let lists: [String]

    func windows(_ cursor: YAMLCursor) -> [MaintenanceWindow] { cursor.list()?.compactMap(window) ?? [] }

    private func window(_ cursor: YAMLCursor) -> MaintenanceWindow? {
        guard let fields = cursor.fields(["from", "until", "lists"]) else { return nil }
        let items = fields["lists"]?.list()
        // Without any it is for all, which nobody means who names none.
        if let items, items.isEmpty { fields["lists"]?.error("'lists' names no list; without 'lists' it is for all") }
        let named = items?.compactMap { $0.name(of: "lists", in: lists) }
        let from = fields.required("from").flatMap(instant)
        guard let field = fields.required("until"), let until = instant(field), let from else { return nil }
        if until <= from { field.error("'until' must be later than 'from'") }
        return MaintenanceWindow(lists: named ?? [], from: from, until: until)
    }

    private func instant(_ cursor: YAMLCursor) -> Date? {
        guard let text = cursor.text() else { return nil }
        guard let date = Date(instant: text) else {
            cursor.error("\(cursor.label) must be a date and time such as 2026-12-31T00:00:00Z")
            return nil
        }
        return date
    }
}
