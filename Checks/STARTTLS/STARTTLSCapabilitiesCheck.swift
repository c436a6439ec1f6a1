internal import CheckKit
internal import MailModel
internal import Observations

enum STARTTLSCapabilitiesFinding: String, FindingCode {
    case lost = "starttls.capability-lost"

    var sentence: Sentence {
        "Offered before TLS and not inside it: \(.keywords, .upTo(10))."
    }
    var severity: Severity { .info }
    var remedy: String {
        "Nothing to do if you meant it (Postfix: smtpd_discard_ehlo_keyword_address_maps; Exim: the …_advertise_hosts options; "
            + "OpenSMTPD: listen on … no-dsn). Otherwise look for a proxy in front of the server that answers the first EHLO itself."
    }
}

extension Check {
    /// What is offered before TLS is offered inside it too. RFC 3207, section 4.2: only the list inside TLS counts.
    static let startTLSCapabilities = Check.perServer(
        "starttls.capabilities",
        title: "No capability is lost inside TLS",
        why: """
            Senders forget the first EHLO reply, which anybody in between may have written, and ask again inside TLS. Two \
            lists that differ by more than STARTTLS come from a server that is set up so, or from two programs: a proxy \
            that speaks first, and the server behind it.
            """,
        references: [.rfc(3207, section: "4.2")],
        examples: [
            .given(
                "the same but for STARTTLS and AUTH", EHLOReply(keywords: ["SIZE 1000", "STARTTLS"]),
                EHLOReplyInsideTLS(EHLOReply(keywords: ["SIZE 2000", "AUTH PLAIN"])), .present(Conversation()),
                expect: .passed),
            .given(
                "a keyword is gone", EHLOReply(keywords: ["PIPELINING", "STARTTLS", "ETRN"]),
                EHLOReplyInsideTLS(EHLOReply(keywords: ["PIPELINING"])), .present(Conversation()),
                expect: .found(.lost, "Offered before TLS and not inside it: ETRN.")),
            .given(
                "a stray reply stands where the second list belongs", EHLOReply(keywords: ["PIPELINING", "STARTTLS"]),
                EHLOReplyInsideTLS(EHLOReply(keywords: [])), .present(.withStrayReply),
                expect: .inconclusive("Replies and commands are out of step: \"250 Ok\" came before MAIL was sent.")),
        ]
    ) {
        (plaintext: EHLOReply, inside: EHLOReplyInsideTLS, conversation: Observed<Conversation>)
            -> Verdict<STARTTLSCapabilitiesFinding> in
        let lost = plaintext.keywords.map(\.name).filter { $0 != "STARTTLS" && !inside.reply.offers($0) }
        guard !lost.isEmpty else { return .passed }
        if let how = conversation.value?.howOutOfStep {
            return .inconclusive("Replies and commands are out of step: \(how).")
        }
        return .found(.lost, [.keywords: lost.map(\.shortened)])
    }
}
