public import CheckKit
internal import Observations

/// What an address does about properties that only a ClientHello made for them shows.
public struct TLSFeatures: AddressFact, DraftFact, Hashable {
    /// `tls.features`.
    public static let id: FactID = "tls.features"

    /// What is known, in the order of `TLSFeature`; a feature that is missing was not asked about yet.
    public private(set) var answers: [TLSFeatureAnswer]

    /// What is known, in any order.
    public init(_ answers: [TLSFeatureAnswer] = []) {
        self.answers = TLSFeature.allCases.compactMap { name in answers.last { $0.name == name } }
    }

    /// Adds what was learnt of a feature, in place of what was there.
    public mutating func note(_ answer: TLSFeatureAnswer) { self = TLSFeatures(answers + [answer]) }

    /// Whether some question got no answer that tells.
    public var leavesOpen: Bool { answers.contains { $0.kind == .inconclusive } }

    /// A feature that was not reached cannot be told.
    public mutating func end(_ why: Absence) {
        for name in TLSFeature.allCases where self[name] == nil {
            note(TLSFeatureAnswer(name, .inconclusive, why.description))
        }
    }

    /// What is known of a feature.
    public subscript(_ name: TLSFeature) -> TLSFeatureAnswer? { answers.first { $0.name == name } }
}

/// A property of a server's TLS that a hello can ask about.
public enum TLSFeature: String, Hashable, Sendable, Codable, CaseIterable {
    /// CBC suites protect the ciphertext and not the text. RFC 7366.
    case encryptThenMAC = "encrypt-then-mac"
    /// The MAC is cut to 80 bits. RFC 6066, section 7.
    case truncatedHMAC = "truncated-hmac"
    /// Text is compressed before it is encrypted. RFC 3749.
    case compression
    /// Idle sessions are kept alive with messages of their own. RFC 6520.
    case heartbeat
    /// A sender that says it comes with an older version than it can is turned away. RFC 7507.
    case fallbackSignal = "fallback-signal"
    /// AES-128-GCM with ECDHE is chosen although weaker suites stand before it in the hello. RFC 9325, section 4.2.1.
    case recommendedFirst = "recommended-first"
    /// A handshake without SNI succeeds. RFC 8461, section 7.1.
    case noServerName = "no-server-name"
    /// A handshake with an SNI that the server does not know succeeds. RFC 7672, section 8.1.
    case unknownServerName = "unknown-server-name"
}

/// What is known of one feature.
public struct TLSFeatureAnswer: Hashable, Sendable, Codable {
    /// The kinds of answer.
    public enum Kind: String, Hashable, Sendable, Codable {
        case yes
        case no
        /// The question does not arise.
        case notApplicable = "not-applicable"
        /// It cannot be told.
        case inconclusive
    }

    /// The feature.
    public var name: TLSFeature
    /// The answer.
    public var kind: Kind
    /// What the server answered, or why there is no answer; a phrase without a full stop.
    public var detail: String?

    /// An answer about a feature.
    public init(_ name: TLSFeature, _ kind: Kind, _ detail: String? = nil) {
        self.name = name
        self.kind = kind
        self.detail = detail
    }
}
