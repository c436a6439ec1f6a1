// A cipher suite says how keys are agreed on, how the server proves who it is, how bytes are encrypted and how their
// integrity is protected: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256. The server chooses one of those that a ClientHello
// lists; so a hello that lists only weak ones asks whether any of them is accepted:
//
//     C: ClientHello, TLS 1.0 to 1.2, every suite with NULL, RC4, DES, export keys …
//     S: alert handshake_failure     none of them: one connection has settled all these classes
//     S: ServerHello, one suite      its classes are accepted; the next hello leaves them out
//
// The same way a hello that lists only short curves, or only post-quantum groups, asks about the exchange of keys. No
// handshake is completed and no key is made (RFC 8446, section 4.1.4 for TLS 1.3).
public import CheckKit
public import MailModel

/// What an address accepts of some classes of cipher suites and groups. RFC 9325, sections 4.1 and 4.5.
public struct TLSClasses: AddressFact, DraftFact, Hashable {
    /// `tls.classes`.
    public static let id: FactID = "tls.classes"

    /// What is known of each class, in the order of `TLSClass`; a class that is missing was not asked about yet.
    public private(set) var answers: [TLSClassAnswer]
    /// How many connections it took.
    public var connections: Int

    /// What is known, in any order.
    public init(_ answers: [TLSClassAnswer] = [], connections: Int = 0) {
        let order = TLSClass.allCases
        self.answers = answers.sorted {
            (order.firstIndex(of: $0.name) ?? 0) < (order.firstIndex(of: $1.name) ?? 0)
        }
        self.connections = connections
    }

    /// Adds what was learnt of a class. Acceptance is stronger than anything else, and doubt stronger than a refusal:
    /// refused is only what is refused in every version.
    public mutating func note(_ answer: TLSClassAnswer) {
        guard let known = self[answer.name] else {
            self = TLSClasses(answers + [answer], connections: connections)
            return
        }
        // Of two members that were chosen the one of the newer version is kept, whichever came first.
        let isNewer = known.kind == answer.kind && (known.version ?? .ssl2) < (answer.version ?? .ssl2)
        guard known.kind.weight < answer.kind.weight || isNewer else { return }
        self = TLSClasses(answers.filter { $0.name != answer.name } + [answer], connections: connections)
    }

    /// A class that was not reached cannot be told.
    public mutating func end(_ why: Absence) {
        for name in TLSClass.allCases where self[name] == nil {
            note(TLSClassAnswer(name, .inconclusive, detail: why.description))
        }
    }

    /// What was left open for this reason is refused after all.
    mutating func settle(_ detail: String) {
        for answer in answers where answer.kind == .inconclusive && answer.detail == detail {
            self = TLSClasses(
                answers.filter { $0.name != answer.name } + [TLSClassAnswer(answer.name, .refused)],
                connections: connections)
        }
    }

    /// What is known of a class.
    public subscript(_ name: TLSClass) -> TLSClassAnswer? { answers.first { $0.name == name } }
}

/// A class of cipher suites or groups; a suite may belong to several.
public enum TLSClass: String, Hashable, Sendable, Codable, CaseIterable {
    /// No encryption at all.
    case null
    /// Keys weakened for export rules, 40 or 56 bits.
    case export
    /// RFC 7465.
    case rc4
    /// Single DES, 56 bits.
    case des
    /// 112 bits of strength and blocks of 64 bits.
    case tripleDES = "triple-des"
    /// The server does not prove who it is.
    case anonymous
    /// The certificate's own key serves for every exchange: no forward secrecy.
    case staticKeys = "static-keys"
    /// Any suite with forward secrecy that is encrypted well enough.
    case forwardSecrecy = "forward-secrecy"
    /// Ephemeral Diffie-Hellman over the integers.
    case finiteField = "finite-field"
    /// A curve of fewer than 224 bits.
    case shortCurve = "short-curve"
    /// A group that is meant to withstand a quantum computer.
    case postQuantum = "post-quantum"
}

/// What is known of one class.
public struct TLSClassAnswer: Hashable, Sendable, Codable {
    /// The kinds of answer.
    public enum Kind: String, Hashable, Sendable, Codable {
        /// The server chose a member of the class.
        case accepted
        /// The server was offered every member and refused.
        case refused
        /// It cannot be told.
        case inconclusive

        package var weight: Int {
            switch self {
            case .refused: 0
            case .inconclusive: 1
            case .accepted: 2
            }
        }
    }

    /// The class.
    public var name: TLSClass
    /// The answer.
    public var kind: Kind
    /// The version in which a member was chosen.
    public var version: TLSVersion?
    /// The IANA name of the suite that was chosen.
    public var suite: String?
    /// The name of the group that was chosen, if there is one.
    public var group: String?
    /// The server's own key, where it is no named group.
    public var parameters: KeyParameters?
    /// Why it cannot be told; a phrase without a full stop.
    public var detail: String?

    /// An answer about a class.
    public init(
        _ name: TLSClass, _ kind: Kind, version: TLSVersion? = nil, suite: String? = nil, group: String? = nil,
        parameters: KeyParameters? = nil, detail: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.version = version
        self.suite = suite
        self.group = group
        self.parameters = parameters
        self.detail = detail
    }
}
