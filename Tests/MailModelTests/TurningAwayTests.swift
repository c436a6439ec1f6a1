import MailModel
import Testing

@Suite("A server that turns clients away")
struct TurningAwayTests {
    @Test(
        "says 421, 4.7.z, or words about how many and how fast",
        arguments: [
            SMTPReply(421, "closing"), SMTPReply(421, "4.3.2 shutting down"), SMTPReply(450, "4.7.1 slow down"),
            SMTPReply(451, "4.7.650 The mail server has been temporarily rate limited"),
            SMTPReply(452, "4.3.2 Too many concurrent sessions"), SMTPReply(450, "Throttled, come back later"),
            SMTPReply(451, "connection rate limit exceeded"), SMTPReply(471, "too  many connections"),
            SMTPReply(554, "Too many connections"), SMTPReply(550, "Connection throttling in effect"),
        ])
    func signs(reply: SMTPReply) { #expect(reply.turnsAway) }

    @Test(
        "says nothing of the kind",
        arguments: [
            SMTPReply(454, "4.7.0 TLS not available"), SMTPReply(454, "TLS: too many things are broken"),
            SMTPReply(554, "5.7.1 blocked"), SMTPReply(450, "4.3.2 not now"), SMTPReply(220, "too many mx"),
            SMTPReply(250, "slow down"), SMTPReply(450, "4.3.0 corporate policy, separate rates for moderate accuracy"),
            SMTPReply(451, "4.3.5 Server configuration error"), SMTPReply(550, "5.7.1 Relaying denied"),
            SMTPReply(550, "corporate users only"), SMTPReply(451, "tomany"), SMTPReply(354, "too many"),
            SMTPReply(421, "4.7.1 mx.example Error: No client certificate presented"),
        ])
    func others(reply: SMTPReply) { #expect(!reply.turnsAway) }
}
