internal import CheckKit
public import FoundationEssentials
internal import MailModel
internal import Store

/// What is told of an alert at one of its stages. It is stored as JSON until it was delivered, and webhooks and programs get that JSON.
public struct AlertMessage: Sendable, Hashable, Codable {
    /// What has happened.
    public enum Stage: String, Sendable, Hashable, Codable {
        case opened
        case reminder
        case closed
    }

    /// The same at each attempt and for each channel, and different for each stage: receivers know a repetition by it.
    public var id: String
    /// The key of the alert, by which it is acknowledged.
    public var alert: String
    /// What has happened.
    public var stage: Stage
    /// The list.
    public var list: String
    /// What kind of alert it is.
    public var kind: String
    /// Which of its kind: the code of a finding, the name of a forecast, a letter or a number of days; empty for others.
    public var detail: String
    /// Where the cause is, for programs.
    public var cause: String
    /// How sentences name the cause.
    public var causeName: String
    /// What is so, a sentence for each fact.
    public var facts: [String]
    /// The domains that it touches, in order, a thousand at most.
    public var domains: [String]
    /// How many there are.
    public var domainCount: Int
    /// The letters of domains, as `A → C`, where it is about those.
    public var letters: [String: String]
    /// Since when it is open.
    public var opened: Date
    /// When this message was made.
    public var made: Date
    /// When it comes true, or until when it holds.
    public var due: Date?

    /// More domains are counted.
    private static let mostDomains = 1000

    /// What is told of an alert at a stage.
    init(_ alert: Alert, _ stage: Stage, at instant: Date) {
        let opened = alert.stored.opened ?? instant
        let number = stage == .reminder ? " \(alert.details.reminders)" : ""
        let identity = "\(alert.stored.key)\n\(Int(opened.timeIntervalSince1970))\n\(stage.rawValue)\(number)"
        id = String(SHA256.hex(identity.utf8).prefix(32))
        self.alert = alert.stored.key
        self.stage = stage
        list = alert.stored.list
        kind = alert.stored.kind
        detail = alert.detail
        cause = alert.stored.cause
        causeName = alert.details.causeName
        facts = alert.details.facts
        domains = Array(alert.details.domains.sorted().prefix(Self.mostDomains))
        domainCount = alert.details.domains.count
        letters = alert.details.letters.reduce(into: [:]) { letters, entry in
            let before = alert.details.lettersBefore[entry.key].map { "\($0) \u{2192} " } ?? ""
            letters[entry.key] = before + entry.value
        }
        self.opened = opened
        made = instant
        due = alert.details.due
    }

    /// Reads the form in which it is stored. Throws `DecodingError`.
    public init(json: String) throws {
        self = try WatchJSON.read(json, as: Self.self)
    }

    /// Stable JSON, times in RFC 3339.
    public func json() throws -> String { try StableJSON.text(self) }
}

extension AlertMessage {
    /// One line: what, where, and how many domains that touches.
    public var headline: String {
        let count = domainCount == 1 ? domains.first ?? "1 domain" : "\(domainCount) domains"
        let words: String =
            switch Sign.Kind(rawValue: kind) {
            case .change: "has changed"
            case .drop: "worse grade"
            case .below: "grade below \(detail)"
            case .certificate: "certificate ends"
            case .finding: detail
            case .forecast: "forecast, \(detail)"
            case .ownSide: "cannot see mail servers"
            case nil: kind
            }
        let prefix =
            switch stage {
            case .opened: ""
            case .reminder: "Still: "
            case .closed: "Over: "
            }
        return "\(prefix)\(causeName): \(words) (\(count))".escapedForTerminal
    }

    /// All of it for people, lines without anything that a terminal or a mail program could take for more than text.
    public var text: String {
        var lines = [headline, ""]
        lines += facts.map { "- \($0.escapedForTerminal)" }
        if let due { lines.append(contentsOf: ["", "When: \(due.minute)"]) }
        lines += ["", "Open since \(opened.minute).", ""]
        lines += domains.prefix(100).map { domain in "  \(domain)\(letters[domain].map { "  \($0)" } ?? "")" }
        if domainCount > 100 { lines.append("  and \(domainCount - 100) other domains") }
        lines += ["", "List: \(list)", "Alert: \(alert)", "Message: \(id)"]
        return lines.joined(separator: "\n") + "\n"
    }
}
