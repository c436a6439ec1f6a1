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

    /// Its place in the order, from 0.
    package var rank: Int {
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
    /// What could be pasted to fix it, in the order in which it is to be done.
    var paste: [PasteKind] { get }
    /// What was observed, one sentence that ends with a full stop. It declares the arguments that it names.
    var sentence: Sentence { get }
    /// What findings of this code carry beside what their sentence names: for conditions of profiles, and for programs that
    /// read reports.
    var arguments: [FindingArgument] { get }
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
    /// Nothing, unless the code says otherwise.
    public var paste: [PasteKind] { [] }
    /// None, unless the code says otherwise.
    public var arguments: [FindingArgument] { [] }
    /// None, unless the code says otherwise.
    public var explains: [FactID] { [] }
}

/// A finding code as a value, without its Swift type.
public struct FindingDescription: Sendable {
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
    /// What could be pasted to fix it, in the order in which it is to be done.
    public let paste: [PasteKind]
    /// What was observed, with places for the arguments.
    public let sentence: Sentence
    /// Everything that findings of this code carry: what the sentence names, then the rest.
    public let arguments: [FindingArgument]
    /// The facts whose absence it explains.
    public let explains: [FactID]

    /// A code of a check that is not written in Swift, by its parts; `arguments` are those that the sentence does not name.
    public init(
        code: String, severity: Severity, sentence: Sentence, remedy: String, responsible: Responsible = .mailProvider,
        effort: Effort = .configuration, paste: [PasteKind] = [], arguments: [FindingArgument] = [],
        explains: [FactID] = []
    ) {
        self.code = code
        self.severity = severity
        self.sentence = sentence
        self.remedy = remedy
        self.responsible = responsible
        self.effort = effort
        self.paste = paste
        let named = sentence.arguments
        self.arguments = named + arguments.filter { !named.contains($0) }
        self.explains = explains
    }

    init<Code: FindingCode>(_ code: Code) {
        self.init(
            code: code.rawValue, severity: code.severity, sentence: code.sentence, remedy: code.remedy,
            responsible: code.responsible, effort: code.effort, paste: code.paste, arguments: code.arguments,
            explains: code.explains)
    }

    /// The names of its numbers, which conditions in profiles may compare.
    public var numbers: [String] { arguments.filter { $0.kind == .number }.map(\.name) }

    /// The argument of a name; nil where findings of this code carry none.
    public func argument(_ name: String) -> FindingArgument? { arguments.first { $0.name == name } }

    /// What is wrong with the declaration, a phrase about the code; nil where nothing is. A plan refuses such a check.
    package var fault: String? {
        for (index, argument) in arguments.enumerated() {
            if arguments[..<index].contains(where: { $0.name == argument.name }) {
                return "declares the argument \(argument.name) in two ways"
            }
            let letters = argument.name.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || $0 == 0x2D || (0x30...0x39).contains($0)
            }
            if argument.name.isEmpty || !letters {
                return
                    "declares the argument \u{201C}\(argument.name)\u{201D}, which is no name of lower-case letters, digits and hyphens"
            }
        }
        return nil
    }
}

extension FindingDescription: Hashable {
    /// Codes are unique, so a code tells most descriptions apart.
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

/// One thing a check found, without the check's Swift types.
public struct Finding: Sendable, Hashable {
    /// What was found: code, default severity, remedy, sentence.
    public let description: FindingDescription
    /// What was observed, by the names of the arguments that the code declares.
    public let arguments: Arguments
    /// Whether only some connections showed it: which one a sender gets is the luck of the draw.
    public let isOccasional: Bool

    /// A finding with what was observed.
    public init(_ description: FindingDescription, _ arguments: Arguments = .none, isOccasional: Bool = false) {
        self.description = description
        self.arguments = arguments
        self.isOccasional = isOccasional
    }

    /// The stable name.
    public var code: String { description.code }

    /// The observation, one sentence.
    public var message: String { description.sentence.text(arguments, isOccasional: isOccasional) }

    /// What does not fit the declaration, one phrase for each: a value that is missing, not declared, or of another kind. A check
    /// of which an example shows one is wrong; in a report the sentence says what is missing.
    package var faults: [String] {
        let missing = description.sentence.missing(in: arguments).map { "\($0.name) is missing" }
        let values = arguments.named.sorted { $0.key < $1.key }
        return missing
            + values.compactMap { name, value in
                guard let declared = description.argument(name) else { return "\(name) is not declared" }
                return declared.kind == value.kind
                    ? nil : "\(name) is a \(value.kind.rawValue), declared as \(declared.kind.rawValue)"
            }
    }
}
