internal import CheckKit
internal import Observations

enum STARTTLSResetFinding: String, FindingCode {
    case stillOffered = "starttls.still-offered"

    var sentence: Sentence {
        "The EHLO reply inside TLS still offers STARTTLS."
    }
    var severity: Severity { .warning }
    var remedy: String {
        "Update or reconfigure the mail server, and look for a TLS proxy in front of it: inside TLS the EHLO reply must be "
            + "a fresh one without STARTTLS."
    }
}

extension Check {
    /// Inside TLS the server starts afresh, so STARTTLS is offered no more. RFC 3207, section 4.2.
    static let startTLSReset = Check.perServer(
        "starttls.reset",
        title: "The EHLO reply inside TLS is a fresh one",
        why: """
            What was said before TLS may have been written by an attacker. A server that repeats its plaintext EHLO reply \
            inside TLS may also keep other things it should have forgotten.
            """,
        references: [.rfc(3207, section: "4.2")],
        examples: [
            .given(
                "a fresh list", EHLOReplyInsideTLS(EHLOReply(keywords: ["SIZE", "PIPELINING"])), expect: .passed),
            .given(
                "STARTTLS again", EHLOReplyInsideTLS(EHLOReply(keywords: ["SIZE", "STARTTLS"])),
                expect: .found(.stillOffered, "The EHLO reply inside TLS still offers STARTTLS.")),
        ]
    ) { (ehlo: EHLOReplyInsideTLS) -> Verdict<STARTTLSResetFinding> in
        ehlo.reply.offers("STARTTLS") ? .found(.stillOffered) : .passed
    }
}
