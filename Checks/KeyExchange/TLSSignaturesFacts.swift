// Up to TLS 1.2 the server signs its part of the key exchange in plaintext, and in TLS 1.2 it says how: a hash and an
// algorithm out of those that the client lists. A client that lists only weak ones learns whether the server makes them:
//
//     C: ClientHello, TLS 1.2, signature_algorithms: rsa_pkcs1_sha1, ecdsa_sha1 …
//     S: ServerKeyExchange signed with ecdsa_sha1      whoever makes collisions of SHA-1 can forge it (RFC 9155)
//     S: alert handshake_failure                       it makes none of them
//
// In TLS 1.3 the signature is encrypted and only who completes the handshake sees it; MD5, SHA-1 and SHA-224 are gone there
// (RFC 8446, section 4.2.3). TLS 1.1 and older know MD5 with SHA-1 and nothing else.
public import CheckKit
internal import MailModel
internal import Observations

/// With which kinds of signature an address signs its part of the key exchange in TLS 1.2. RFC 5246, section 7.4.3.
public struct TLSSignatures: AddressFact, DraftFact, Hashable {
    /// `tls.signatures`.
    public static let id: FactID = "tls.signatures"

    /// What is known, in the order of `TLSSignatureKind`; a kind that is missing was not asked about yet.
    public private(set) var answers: [TLSSignatureAnswer]

    /// What is known, in any order.
    public init(_ answers: [TLSSignatureAnswer] = []) {
        self.answers = TLSSignatureKind.allCases.compactMap { name in answers.last { $0.name == name } }
    }

    /// Adds what was learnt of a kind, in place of what was there.
    public mutating func note(_ answer: TLSSignatureAnswer) { self = TLSSignatures(answers + [answer]) }

    /// Whether some question got no answer that tells.
    public var leavesOpen: Bool { answers.contains { $0.kind == .inconclusive } }

    /// A kind that was not reached cannot be told.
    public mutating func end(_ why: Absence) {
        for name in TLSSignatureKind.allCases where self[name] == nil {
            note(TLSSignatureAnswer(name, .inconclusive, why.description))
        }
    }

    /// What is known of a kind.
    public subscript(_ name: TLSSignatureKind) -> TLSSignatureAnswer? { answers.first { $0.name == name } }
}

/// A kind of signature, as one hello asks for it.
public enum TLSSignatureKind: String, Hashable, Sendable, Codable, CaseIterable {
    /// MD5 or SHA-1. RFC 9155, sections 2 and 3.
    case broken
    /// SHA-224.
    case sha224
    /// RSA by PKCS #1 v1.5 with SHA-256 or longer.
    case pkcs1
    /// Any other with SHA-256 or longer.
    case sound

    /// The schemes of the kind, by code point.
    var schemes: [UInt16] { SignatureScheme.all.filter { Self.of($0) == self }.map(\.code) }

    private static func of(_ scheme: SignatureScheme) -> TLSSignatureKind {
        if scheme.hasBrokenHash { return .broken }
        // The upper octet names the hash, the lower one the algorithm; 1 is PKCS #1. RFC 5246, section 7.4.1.4.1.
        if scheme.code >> 8 == 3 { return .sha224 }
        return (4...6).contains(scheme.code >> 8) && scheme.code & 0xFF == 1 ? .pkcs1 : .sound
    }
}

/// What is known of one kind of signature.
public struct TLSSignatureAnswer: Hashable, Sendable, Codable {
    /// The kinds of answer.
    public enum Kind: String, Hashable, Sendable, Codable {
        /// The server signed so, where nothing else was offered.
        case made
        /// It was offered nothing else and did not go along.
        case refused
        /// The server does not speak TLS 1.2.
        case notApplicable = "not-applicable"
        /// It cannot be told.
        case inconclusive
    }

    /// The kind of signature.
    public var name: TLSSignatureKind
    /// The answer.
    public var kind: Kind
    /// The scheme that was used, by its name in RFC 8446, or why there is no answer; a phrase without a full stop.
    public var detail: String?

    /// An answer about a kind of signature.
    public init(_ name: TLSSignatureKind, _ kind: Kind, _ detail: String? = nil) {
        self.name = name
        self.kind = kind
        self.detail = detail
    }
}
