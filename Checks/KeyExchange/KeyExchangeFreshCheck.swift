internal import CheckKit
internal import MailModel
internal import Observations

enum KeyExchangeFreshFinding: String, FindingCode {
    case reused = "key-exchange.reused"

    var sentence: Sentence {
        "\(.count) of \(.handshakes) handshakes have the same key of the server."
    }
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
    /// Why handshakes that were to be made show none; nil where all do.
    var missing: String?
}

extension Derivation {
    /// The handshakes that were made anyway: the session’s, those of the second conversation, the one for another
    /// certificate, and those that the hellos of the survey began.
    static let keyShares = Derivation.perServer {
        (
            session: TLSSession, second: Observed<SecondConversation>, other: Observed<OtherCertificate>,
            survey: Incidental<TLSSurvey>
        ) throws(Absence) -> KeyShares in
        let handshakes =
            [session.handshake, second.value?.handshakeWithoutName, other.value?.handshake].compactMap { $0 }
            + (second.value?.furtherHandshakes ?? [])
        let digests =
            handshakes.compactMap(\.keyShare)
            + (survey.value?.keyShares ?? [:]).sorted { $0.key < $1.key }.flatMap {
                Array(repeating: $0.key, count: $0.value)
            }
        guard digests.count > 1 else {
            if let why = second.absence, why.certainty == .inconclusive { throw why }
            throw digests.isEmpty && session.handshake.group == nil
                ? .notApplicable("There is no ephemeral key exchange.")
                : .inconclusive("fewer than two handshakes show the server\u{2019}s key")
        }
        // Most runs have no use for another certificate: nothing is missing then.
        let further = other.absence == .unplanned ? nil : other.absence
        let absences = [second.absence, further, survey.isPlanned ? survey.observed.absence : nil]
            .compactMap(\.self)
        return KeyShares(digests: digests, missing: absences.first { $0.certainty == .inconclusive }?.description)
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
            .given(
                "the same key again, and a handshake is missing",
                KeyShares(digests: ["01", "01"], missing: "no answer"),
                expect: .found(.reused, "2 of 2 handshakes have the same key of the server.")),
            .given(
                "two keys, and a handshake is missing", KeyShares(digests: ["01", "02"], missing: "no answer"),
                expect: .inconclusive("It could not be determined whether every handshake has a fresh key: no answer.")),
        ]
    ) { (shares: KeyShares) -> Verdict<KeyExchangeFreshFinding> in
        let most = Dictionary(grouping: shares.digests) { $0 }.map(\.value.count).max() ?? 0
        guard most > 1 else {
            return shares.missing.map {
                .inconclusive("It could not be determined whether every handshake has a fresh key: \($0).")
            } ?? .passed
        }
        return .found(.reused, [.count: most, .handshakes: shares.digests.count])
    }
}
