// A ClientHello says what a sender can do besides versions and suites, and the ServerHello says what the server takes of
// it, in plaintext:
//
//     extended_master_secret   RFC 7627   the keys depend on the whole handshake: it cannot be joined to another one
//     renegotiation_info       RFC 5746   a second handshake inside TLS is tied to the first
//     encrypt_then_mac         RFC 7366   CBC suites protect the ciphertext, not the text
//     a compression method     RFC 3749   lengths tell of the text
//
// TLS 1.3 has done away with all four questions. What a server takes is seen in the session where that is an older
// version, or when TLS 1.2 is tried alone; only what no such hello asks is asked on connections of its own.
public import CheckKit
public import MailModel
internal import Observations

/// What an address takes of the extensions of TLS 1.2, or of the newest version before TLS 1.3 that it offers. RFC 9325,
/// section 3.5.
public struct TLSTraits: AddressFact, Hashable {
    /// `tls.traits`.
    public static let id: FactID = "tls.traits"
    /// The version in which they were seen.
    public var version: TLSVersion
    /// Whether keys depend on the whole handshake. RFC 7627.
    public var extendedMasterSecret: Bool
    /// Whether renegotiation is tied to the handshake before it. RFC 5746.
    public var secureRenegotiation: Bool

    /// What was seen in a version.
    public init(_ version: TLSVersion, extendedMasterSecret: Bool, secureRenegotiation: Bool) {
        self.version = version
        self.extendedMasterSecret = extendedMasterSecret
        self.secureRenegotiation = secureRenegotiation
    }
}

/// The ticket that a server hands out for a later session of TLS 1.3. RFC 8446, section 4.6.1.
public struct SessionTicket: ServerFact, Hashable {
    /// `tls.ticket`.
    public static let id: FactID = "tls.ticket"
    /// The ticket; nil where none came before the reply to EHLO.
    public var ticket: TLSTicket?

    /// A ticket, or none.
    public init(_ ticket: TLSTicket?) { self.ticket = ticket }
}

extension Derivation {
    /// Out of the hellos that showed a version, or of the session's handshake.
    static let tlsTraits = Derivation.perAddress { (versions: TLSVersions) throws(Absence) -> TLSTraits in
        let older = versions.answers.filter { (.ssl3 ... .tls12).contains($0.version) }
        guard let newest = older.last(where: { $0.kind == .supported }) else {
            if let open = older.last(where: { $0.kind == .inconclusive }) {
                throw .inconclusive("whether \(open.version) is offered could not be determined")
            }
            throw .notApplicable("The server offers no version before TLS 1.3.")
        }
        guard let secret = newest.extendedMasterSecret, let renegotiation = newest.secureRenegotiation else {
            throw .inconclusive("this evidence does not record the extensions of \(newest.version)")
        }
        return TLSTraits(newest.version, extendedMasterSecret: secret, secureRenegotiation: renegotiation)
    }

    /// Out of the conversation: a ticket comes before the first reply inside TLS.
    static let sessionTicket = Derivation.perServer { (dialogue: Dialogue) throws(Absence) -> SessionTicket in
        let handshake = try (dialogue.stages.handshake ?? .absent(.unplanned)).get()
        guard handshake.version >= .tls13 else { throw .notApplicable("The session is one of \(handshake.version).") }
        _ = try (dialogue.stages.helloInsideTLS ?? .absent(.unplanned)).get()
        return SessionTicket(dialogue.stages.ticket)
    }
}
