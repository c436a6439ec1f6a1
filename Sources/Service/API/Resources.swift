internal import CheckKit
internal import FoundationEssentials
internal import MailModel
internal import Reporting
internal import Store

/// What a program sends to start a run.
struct RunRequest: Sendable {
    let domain: String
    let profile: String?
    /// Seconds.
    let maxAge: Int
    let profileYAML: String?

    /// Reads JSON. Throws `Refusal` for what is not known, so that a slip of the pen is no other run than was meant.
    init(json bytes: [UInt8]) throws {
        do throws(JSONShape.Fault) {
            try JSONShape.check(bytes)
        } catch {
            throw Refusal(.badRequest, "The body cannot be used: \(error.description).")
        }
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)),
            case .object(let members) = value
        else {
            throw Refusal(.badRequest, "The body must be a JSON object, for example {\"domain\": \"example.com\"}.")
        }
        let known: Set = ["domain", "profile", "maxAge", "profileYAML"]
        if let unknown = members.keys.sorted().first(where: { !known.contains($0) }) {
            throw Refusal(
                .badRequest, "There is no member \(unknown). These are: \(known.sorted().joined(separator: ", ")).")
        }
        func text(_ name: String) throws -> String? {
            guard let value = members[name] else { return nil }
            guard case .string(let text) = value else { throw Refusal(.badRequest, "\(name) must be a text.") }
            return text
        }
        guard let domain = try text("domain") else {
            throw Refusal(.badRequest, "domain is missing, for example {\"domain\": \"example.com\"}.")
        }
        self.domain = domain
        profile = try text("profile")
        profileYAML = try text("profileYAML")
        switch members["maxAge"] {
        case nil: maxAge = 0
        case .integer(let seconds)? where (0...31_536_000).contains(seconds): maxAge = seconds
        default: throw Refusal(.badRequest, "maxAge must be a number of seconds, 0 to 31536000.")
        }
        if profile != nil, profileYAML != nil {
            throw Refusal(.badRequest, "profile and profileYAML exclude each other. Leave one out.")
        }
    }
}

/// A run, for programs.
struct RunResource: Encodable, Sendable {
    let id: String
    let domain: String
    var profile: String
    var state: String
    let requested: String
    let finished: String?
    let why: String?
    var place: Int?
    var grade: String?
    var worst: String?
    var best: String?
    var key: String?
    var links: [String: String]

    /// A run that has ended, or is known by what is on disk. `profile` is the one that its readers want, where they want another one.
    init(_ run: StoredRun, profile: String? = nil) {
        id = run.id
        domain = run.domain.text
        self.profile = run.profile
        state = run.state.rawValue
        requested = run.requested.timestamp
        finished = run.finished?.timestamp
        why = run.why
        grade = run.grade
        worst = run.range?.first
        best = run.range?.last
        let path = "/api/v1/runs/\(run.id)"
        let reading = profile.map { "?profile=\($0.inAddress)" } ?? ""
        var links = ["self": path, "events": "\(path)/events", "page": "/runs/\(run.id)\(reading)"]
        if run.state == .done {
            links["report"] = "\(path)/report\(reading)"
            links["evidence"] = "/runs/\(run.id)/evidence"
        }
        self.links = links
    }

    /// Names the profile that its readers want, where somebody else has asked for another one.
    mutating func read(under profile: String) {
        self.profile = profile
        links["page"] = "/runs/\(id)?profile=\(profile.inAddress)"
    }

    /// One that goes on.
    init(_ run: StoredRun, _ board: BoardState) {
        self.init(run)
        state = board.place == nil ? "running" : "waiting"
        place = board.place
        worst = board.worst
        best = board.best
    }
}
