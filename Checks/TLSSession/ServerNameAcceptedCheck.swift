internal import CheckKit
internal import MailModel
internal import Observations

enum ServerNameAcceptedFinding: String, FindingCode {
    case refused = "tls.server-name-refused"

    var sentence: Sentence {
        "A session with \(.host) as SNI fails (\(.reason)), and one without SNI succeeds."
    }
    var severity: Severity { .warning }
    var paste: [PasteKind] { [.serverName] }
    var remedy: String {
        "Add the MX host name to the names that the server answers to (Postfix: tls_server_sni_maps; Exim: "
            + "tls_certificate with $tls_in_sni; OpenSMTPD: pki), or do not refuse handshakes because of SNI."
    }
}

extension Check {
    /// The server does a handshake with a sender that names the MX host. RFC 6066, section 3; RFC 7672, section 8.1.
    static let tlsServerNameAccepted = Check.perServer(
        "tls.server-name-accepted",
        title: "The MX host\u{2019}s own name is accepted as SNI",
        why: """
            Senders that follow DANE or MTA-STS send the name of the MX host in the handshake, and many others do. A server \
            that ends the handshake then gets that mail in plaintext, or not at all, while it works for those that send none.
            """,
        references: [.rfc(6066, section: "3"), .rfc(7672, section: "8.1"), .rfc(8461, section: "7.1")],
        examples: [
            .given("accepted", TLSSession.example, .sample, .served, expect: .passed),
            .given(
                "refused, and none is accepted", TLSSession.example, .sample, .refused,
                expect: .found(
                    .refused,
                    "A session with mx.example.com as SNI fails (alert unrecognized_name), and one without SNI succeeds."
                )),
            .given(
                "refused once, and not answered when asked again", TLSSession.example, .sample, .unconfirmed,
                expect: .inconclusive(
                    "A handshake with the host name as SNI failed (alert unrecognized_name), one without SNI succeeded, and when asked again with it the server did not answer."
                )),
        ]
    ) { (_: TLSSession, host: MailHost, conversation: Conversation) -> Verdict<ServerNameAcceptedFinding> in
        if let why = conversation.openNameRefusal { return .inconclusive("\(why.sentence)") }
        guard let how = conversation.nameRefusal else { return .passed }
        return .found(.refused, [.host: host.name, .reason: how])
    }
}

extension Conversation {
    fileprivate static let served = Conversation()
    fileprivate static let refused: Conversation = {
        var conversation = Conversation()
        conversation.serverNameRefused = "alert unrecognized_name"
        return conversation
    }()
    fileprivate static let unconfirmed: Conversation = {
        var conversation = refused
        conversation.serverNameUnconfirmed = true
        return conversation
    }()
}
