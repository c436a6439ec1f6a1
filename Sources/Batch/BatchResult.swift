internal import CheckEngine
internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel
internal import Reporting

/// How it ended with a domain.
public enum BatchState: String, Sendable, Hashable, Codable, CaseIterable {
    /// It has its result, and nothing is open.
    case graded
    /// It has a letter that something which could not be told may still lower.
    case provisional
    /// No letter could be given.
    case noGrade = "no-grade"
    /// It takes no mail, which is certain.
    case noMail = "no-mail"
    /// One of its servers turned us away until our patience was used up: to be asked again later.
    case throttled
    /// It, or one of its servers, is on the list of those who are never contacted, or says so in the DNS.
    case leftAlone = "left-alone"
    /// It is no domain.
    case invalid
}

/// What comes out for a domain, without its name: domains with the same servers have the same.
struct BatchResult: Codable, Sendable {
    var state: BatchState
    /// Why there is nothing to say; nil where there is a result.
    var why: String?
    /// What the first profile makes of it.
    var profile: String?
    var digest: String?
    var grade: String?
    var worst: String?
    var best: String?
    var headline: String?
    var compliance: String?
    /// Why it is no better, the deciding reason first.
    var reasons: [String]?
    var findings: [Found]?
    /// What could not be told: checks, each once.
    var open: [String]?
    /// How many servers there are, and how many answered.
    var servers: Int?
    var answering: Int?
    /// Servers that were not asked, each with the host at its address that it was inferred from.
    var inferred: [String]?
    var engine: String?
    /// What the other profiles make of it.
    var others: [BatchResult]?

    /// The members of the result.
    enum Key: String, CodingKey, CaseIterable {
        case state, why, profile, digest, grade, worst, best, headline, compliance, reasons, findings, open, servers,
            answering
        case inferred, engine, others
    }
    private typealias CodingKeys = Key

    /// One kind of finding.
    struct Found: Codable, Sendable {
        var code: String
        var severity: String
        var places: [String]
        var says: String
        /// The letter once this and everything before it is fixed.
        var gives: String?
    }

    /// A result without a verdict.
    init(_ state: BatchState, why: String) {
        self.state = state
        self.why = why
    }

    /// The result of a run under each profile.
    init(_ reports: Reports, of evidence: Evidence, throttled: [String]) {
        self.init(reports.first)
        let inferences = evidence.inferredServers.map { "\($0.server) from \($0.from.host)" }
        inferred = inferences.isEmpty ? nil : inferences
        if reports.all.count > 1 { others = reports.all.dropFirst().map { BatchResult($0) } }
        let isOpen = state == .provisional || state == .noGrade || others?.contains { $0.state == .provisional } == true
        if !throttled.isEmpty, isOpen {
            state = .throttled
            why = throttled.joined(separator: "; ")
        }
        engine = Engine.version
    }

    private init(_ report: Report) {
        let assessment = report.assessment
        state =
            switch Gate().standing(of: Reports([report])) {
            case .nothing: .noMail
            case .open: assessment.grade == nil ? .noGrade : .provisional
            case .met, .missed: assessment.isProvisional ? .provisional : .graded
            }
        profile = report.profile.id
        digest = report.profile.digest
        grade = assessment.grade?.rawValue
        worst = assessment.range?.worst.rawValue
        best = assessment.range?.best.rawValue
        headline = report.headline
        compliance = assessment.compliance?.outcome.rawValue
        reasons = report.reasons.map(\.reason.sentence)
        findings = report.fixes.map { fix in
            Found(
                code: fix.code, severity: "\(fix.severity)", places: fix.places.map(\.description),
                says: fix.observations.first?.message ?? "", gives: fix.gradeAfter?.rawValue)
        }
        let questions = Set(assessment.openQuestions.map(\.check)).sorted()
        open = questions.isEmpty ? nil : questions
        servers = report.servers.count
        answering = report.answering
    }

    /// One line of JSON with sorted keys.
    func json() throws -> String { try StableJSON.text(self).escapingSteeringInJSON }

    /// Reads what `json` wrote.
    init(json: String) throws { self = try JSONDecoder().decode(Self.self, from: Data(json.utf8)) }
}

extension BatchResult {
    /// The version of the form of a line.
    static let version = 1

    /// A line of the output: what was asked, and when it was judged, then what came out, then what else stood in the input. `result` is
    /// JSON.
    static func line(_ entry: InputEntry, _ result: String, judged: String) -> String {
        let extra = entry.extra.isEmpty ? "" : ",\(entry.extra)"
        // By octets: to find the last character of a text, all of it would be gone through.
        let members = Substring(result.utf8.dropFirst().dropLast())
        return
            "{\"v\":\(version),\"line\":\(entry.line),\"domain\":\(entry.name.quoted),\"judged\":\"\(judged)\","
            + "\(members)\(extra)}\n"
    }
}

extension String {
    /// The text as JSON.
    var quoted: String {
        // Nearly every name is as it is; an encoder for each would cost more than all the rest of a line.
        let isPlain = utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
        if isPlain { return "\"\(self)\"" }
        return (try? StableJSON.text(self).escapingSteeringInJSON) ?? "\"\""
    }
}
