// Client and server agree on the newest version of TLS that both speak. TLS 1.3 (RFC 8446) is preferred, TLS 1.2 (RFC
// 5246) acceptable with strong suites; TLS 1.0 and 1.1 are deprecated (RFC 8996), SSL is broken. One handshake shows only
// what was agreed on; what else is offered shows when less is asked for:
//
//     C: ClientHello, up to TLS 1.1
//     S: ServerHello, TLS 1.0             TLS 1.0 is supported, and TLS 1.1 is not; SSL 3.0 is asked for next
//     S: alert protocol_version           all of them are refused; so they are by a close after the ClientHello
//     S: 421, a timeout, a reset before   nothing: the server did not get as far as to choose a version
//
// What a machine offers is a fact of its address, whichever MX host led there; the name is still sent as SNI.
public import CheckKit
public import MailModel

/// Which versions of TLS an address offers. RFC 6176, 7568 and 8996; RFC 9325, section 3.1.1.
public struct TLSVersions: AddressFact, DraftFact, Hashable {
    /// `tls.versions`.
    public static let id: FactID = "tls.versions"
    /// The versions that are tried, oldest first.
    public static let tried: [TLSVersion] = [.ssl2, .ssl3, .tls10, .tls11, .tls12, .tls13]

    /// What is known of each version, oldest first; a version that is missing was not tried yet.
    public private(set) var answers: [TLSVersionAnswer]
    /// What the server chose of TLS 1.2 and 1.3; nil where that was not asked, because the session has shown TLS 1.3 or
    /// nothing else has. RFC 9325, section 3.1.1.
    public var preferred: TLSVersion?

    /// What is known, in any order.
    public init(_ answers: [TLSVersionAnswer] = [], preferred: TLSVersion? = nil) {
        self.answers = answers.sorted { $0.version < $1.version }
        self.preferred = preferred
    }

    /// Adds what was learnt of a version, in place of what was there.
    public mutating func note(_ answer: TLSVersionAnswer) {
        self = TLSVersions(answers.filter { $0.version != answer.version } + [answer], preferred: preferred)
    }

    /// A version that was not reached cannot be told.
    public mutating func end(_ why: Absence) {
        for version in Self.tried where !answers.contains(where: { $0.version == version }) {
            note(TLSVersionAnswer(version, .inconclusive, why.description))
        }
    }

    /// What is known of a version.
    public subscript(_ version: TLSVersion) -> TLSVersionAnswer? { answers.first { $0.version == version } }

    /// The versions with an answer of a kind, oldest first.
    public func versions(_ kind: TLSVersionAnswer.Kind) -> [TLSVersion] {
        answers.filter { $0.kind == kind }.map(\.version)
    }
}

/// What an address answered to one version of TLS.
public struct TLSVersionAnswer: Hashable, Sendable, Codable {
    /// The kinds of answer.
    public enum Kind: String, Hashable, Sendable, Codable {
        /// The server chose this version.
        case supported
        /// The server got a ClientHello with this version and did not go along.
        case refused
        /// It cannot be told.
        case inconclusive
    }

    /// The version.
    public var version: TLSVersion
    /// The answer.
    public var kind: Kind
    /// The cipher suite agreed on, by its IANA name, or why there was no handshake; a phrase without a full stop.
    public var detail: String?
    /// Whether RFC 7627 was negotiated; nil where there was no handshake.
    public var extendedMasterSecret: Bool?
    /// Whether RFC 5746 was negotiated; nil where there was no handshake.
    public var secureRenegotiation: Bool?

    /// An answer to a version.
    public init(_ version: TLSVersion, _ kind: Kind, _ detail: String? = nil) {
        self.version = version
        self.kind = kind
        self.detail = detail
    }

    /// What a handshake shows of its version.
    public init(_ handshake: TLSHandshake) {
        self.init(handshake.version, .supported, handshake.suite)
        extendedMasterSecret = handshake.extendedMasterSecret
        secureRenegotiation = handshake.secureRenegotiation
    }

    /// What a ServerHello shows of its version; both extensions must have been offered.
    package init(_ choice: ServerChoice) {
        self.init(choice.version, .supported, CipherSuite.name(of: choice.suite))
        guard (.ssl3 ... .tls12).contains(choice.version) else { return }
        extendedMasterSecret = choice.has(.extendedMasterSecret)
        secureRenegotiation = choice.has(.renegotiationInfo)
    }
}
