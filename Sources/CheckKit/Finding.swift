/// How much a finding matters, lowest first; a profile may change it.
public enum Severity: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// No problem: worth knowing only.
    case info
    /// Unusual; nothing to do unless you did not mean it.
    case notice
    /// A problem under some circumstances.
    case warning
    /// Very likely harms security or delivery.
    case error
    /// Harms others, or loses mail, now.
    case critical

    /// Lower before higher.
    public static func < (left: Severity, right: Severity) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .info: 0
        case .notice: 1
        case .warning: 2
        case .error: 3
        case .critical: 4
        }
    }
}

/// Who can act on a finding.
public enum Responsible: String, Sendable, Hashable, Codable, CaseIterable {
    /// Whoever edits the domain's zone.
    case domainOwner = "domain-owner"
    /// Whoever runs the mail server.
    case mailProvider = "mail-provider"
    /// Whoever runs the name servers, forward or reverse.
    case dnsHost = "dns-host"
    /// Whoever runs mailgrade: it is about this machine, not about the domain.
    case tester
}

/// How much work a remedy is at one place, the least first: what tells which of two ways to the same grade is the shorter.
public enum Effort: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// A word in something that is there already.
    case edit
    /// A record in one's own zone.
    case record = "dns-record"
    /// Something that somebody else must change, such as a reverse zone.
    case request
    /// A setting of a server, or a service to set up.
    case configuration
    /// A certificate to get and to install.
    case certificate
    /// A zone to sign, which takes name servers and registrar.
    case zone = "zone-signing"

    /// Less work before more.
    public static func < (left: Effort, right: Effort) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}

/// The finding codes of one check: an enum whose raw values are stable names `subject.problem`.
public protocol FindingCode: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    /// The severity where no profile says otherwise.
    var severity: Severity { get }
    /// What to do about it: one or two sentences, second person.
    var remedy: String { get }
    /// Who can do it.
    var responsible: Responsible { get }
    /// How much work it is at one place.
    var effort: Effort { get }
    /// The arguments that findings of this code carry, which profiles may set conditions on.
    var arguments: [String] { get }
    /// The facts whose absence this problem explains. A check that waits for one of them is blocked, and left out, only
    /// where such a finding says why: it carries what is lost. Without one the check is inconclusive.
    var explains: [FactID] { get }
}

extension FindingCode {
    /// The mail provider, unless the code says otherwise.
    public var responsible: Responsible { .mailProvider }
    /// What such people usually have to do, unless the code says otherwise.
    public var effort: Effort {
        switch responsible {
        case .domainOwner: .record
        case .mailProvider: .configuration
        case .dnsHost: .request
        case .tester: .edit
        }
    }
    /// None, unless the code says otherwise.
    public var arguments: [String] { [] }
    /// None, unless the code says otherwise.
    public var explains: [FactID] { [] }
}

/// A finding code as a value, without its Swift type.
public struct FindingDescription: Sendable, Hashable {
    /// The stable name.
    public let code: String
    /// The severity where no profile says otherwise.
    public let severity: Severity
    /// What to do about it.
    public let remedy: String
    /// Who can do it.
    public let responsible: Responsible
    /// How much work it is at one place.
    public let effort: Effort
    /// The names of the arguments that findings of this code carry.
    public let arguments: [String]
    /// The facts whose absence it explains.
    public let explains: [FactID]

    init<Code: FindingCode>(_ code: Code) {
        self.code = code.rawValue
        severity = code.severity
        remedy = code.remedy
        responsible = code.responsible
        effort = code.effort
        arguments = code.arguments
        explains = code.explains
    }
}

/// One thing a check found, without the check's Swift types.
public struct Finding: Sendable, Hashable {
    /// What was found: code, default severity, remedy.
    public let description: FindingDescription
    /// The observation, one sentence.
    public let message: String
    /// The numbers that conditions in profiles are about, by name.
    public let arguments: [String: Double]

    /// The stable name.
    public var code: String { description.code }
}
