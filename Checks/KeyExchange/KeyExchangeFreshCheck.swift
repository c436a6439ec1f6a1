internal import CheckKit
internal import MailModel

enum KeyExchangeFreshFinding: String, FindingCode {
    case reused = "key-exchange.reused"

    var severity: Severity { .warning }
    var remedy: String {
        "Let the server make a new key for each handshake: update its TLS library, and switch the reuse of ephemeral keys off "
            + "(OpenSSL before 1.1.0: SSL_OP_SINGLE_ECDH_USE and SSL_OP_SINGLE_DH_USE; TLS proxies have settings of their own)."
    }
}

/// The keys that a server made for the key exchange, as far as handshakes of the run show them.
struct KeyShares: ServerFact, Hashable {
    static let id: FactID = "key-exchange.shares"

    /// SHA-256 of the keys, in hexadecimal, one for each handshake that had one.
    let digests: [String]
}

extension Derivation {
    /// The handshakes that were made anyway: the session’s, those of the second conversation, and the one for another
    /// certificate.
    static let keyShares = Derivation.perServer {
        (session: TLSSession, second: Observed<SecondConversation>, other: Observed<OtherCertificate>)
            throws(Absence) -> KeyShares in
        let handshakes =
            [session.handshake, second.value?.handshakeWithoutName, other.value?.handshake].compactMap { $0 }
            + (second.value?.furtherHandshakes ?? [])
        let digests = handshakes.compactMap(\.keyShare)
        guard digests.count > 1 else {
            if let why = second.absence, why.certainty == .inconclusive { throw why }
            throw digests.isEmpty && session.handshake.group == nil
                ? .notApplicable("There is no ephemeral key exchange.")
                : .inconclusive("fewer than two handshakes show the server\u{2019}s key")
        }
        return KeyShares(digests: digests)
    }
}

extension Check {
    /// The server makes a new key for each key exchange. RFC 9846, section 4.3.8; RFC 9325, section 7.4.
    static let keyExchangeFresh = Check.perServer(
        "key-exchange.fresh",
        title: "Every handshake uses a fresh key",
        why: """
            Forward secrecy lasts as long as the key of the exchange is kept. A server that uses it again keeps it, so that one \
            theft opens every session of that time, and whoever sees the same key twice can tell that the sessions belong to \
            the same machine.
            """,
        references: [.rfc(9846, section: "4.3.8"), .rfc(9325, section: "7.4")],
        examples: [
            .given("two keys in two handshakes", KeyShares(digests: ["01", "02"]), expect: .passed),
            .given(
                "the same key again", KeyShares(digests: ["01", "01", "02"]),
                expect: .found(.reused, "2 of 3 handshakes have the same key of the server.")),
        ]
    ) { (shares: KeyShares) -> Verdict<KeyExchangeFreshFinding> in
        let most = Dictionary(grouping: shares.digests) { $0 }.map(\.value.count).max() ?? 0
        guard most > 1 else { return .passed }
        return .found(.reused, "\(most) of \(shares.digests.count) handshakes have the same key of the server.")
    }
}
