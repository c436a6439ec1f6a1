internal import CheckKit
public import FoundationEssentials
internal import MailModel
public import Store

/// Something that is wrong at one cause, for one list, with the domains that it touches: from the first sight until it is over.
public struct Alert: Sendable, Hashable {
    /// What is kept of it in columns.
    public var stored: StoredAlert
    /// What is kept of it as JSON.
    public var details: Details

    /// What is to be told of it, and what is needed to know when it is over.
    public struct Details: Sendable, Hashable, Codable {
        /// How sentences name the cause.
        public var causeName: String
        /// What is so, one sentence for each fact, the first that was noticed first.
        public var facts: [String] = []
        /// Every domain of the list that it touches.
        public var domains: Set<String> = []
        /// The domains at which it was seen and not seen to be over.
        public var standing: Set<String> = []
        /// The letters that domains had before, where it is about those.
        public var lettersBefore: [String: String] = [:]
        /// The letters that domains have now, where it is about those.
        public var letters: [String: String] = [:]
        /// When it comes true, or until when it holds.
        public var due: Date?
        /// When the sighting was that counted last.
        public var counted: Date
        /// Whether somebody was told that it is open.
        public var isTold = false
        /// How many reminders there were.
        public var reminders = 0
    }

    /// More facts are not listed.
    static let mostFacts = 20
    /// Looks that are nearer to each other are one sighting: they may rest on the same facts.
    static let apart: TimeInterval = 300

    /// An alert that is seen for the first time.
    init(_ sign: Sign, list: String, at instant: Date) {
        stored = StoredAlert(
            key: Self.key(sign.kind, sign.detail, sign.cause.text, list: list), list: list, cause: sign.cause.text,
            kind: sign.kind.rawValue, seen: instant, details: "")
        details = Details(causeName: sign.cause.name, counted: instant)
    }

    /// An alert as it was stored; nil where it cannot be read.
    init?(_ stored: StoredAlert) {
        guard let details = try? WatchJSON.read(stored.details, as: Details.self) else { return nil }
        self.stored = stored
        self.details = details
    }

    /// What tells it from others.
    static func key(_ kind: Sign.Kind, _ detail: String, _ cause: String, list: String) -> String {
        "\(list) \(kind.rawValue)\(detail.isEmpty ? "" : ":\(detail)") \(cause)"
    }

    /// Where it stands.
    public enum State: String, Sendable {
        /// It waits to be seen again.
        case pending
        /// It is so.
        case open
        /// It is so, and somebody knows.
        case acknowledged
        /// It is over.
        case closed
    }

    /// Where it stands.
    public var state: State {
        if stored.closed != nil { return .closed }
        if stored.opened == nil { return .pending }
        return stored.acknowledged == nil ? .open : .acknowledged
    }

    /// What kind it is.
    var kind: Sign.Kind { Sign.Kind(rawValue: stored.kind) ?? .change }

    /// Which of its kind.
    var detail: String {
        let word = stored.key.dropFirst(stored.list.count + 1).prefix { $0 != " " }
        return word.firstIndex(of: ":").map { String(word[word.index(after: $0)...]) } ?? ""
    }

    /// As it is stored.
    var row: StoredAlert {
        var row = stored
        row.details = (try? StableJSON.text(details)) ?? "{}"
        return row
    }
}

/// JSON of alerts and messages, as `StableJSON` writes it.
enum WatchJSON {
    /// Reads a value. Throws `DecodingError`.
    static func read<Value: Decodable>(_ text: String, as: Value.Type) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(Value.self, from: Data(text.utf8))
    }
}
