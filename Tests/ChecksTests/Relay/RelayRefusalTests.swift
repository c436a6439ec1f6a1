import MailModel
import Testing

@testable import Checks
@testable import Observations

@Suite("The words of a reply")
struct RelayRefusalTests {
    @Test(
        "OR-01a: deny relaying, whatever the code",
        arguments: [
            SMTPReply(454, "4.7.1 <relay-test@example.net>: Relay access denied"),  // Postfix
            SMTPReply(550, "relay not permitted"),  // Exim
            SMTPReply(550, "5.7.1 Relaying denied"),  // Sendmail
            SMTPReply(550, "5.7.54 SMTP; Unable to relay recipient in non-accepted domain"),  // Exchange
            SMTPReply(451, "4.7.1 we do not relay"),
            SMTPReply(550, "Invalid recipient: relaying prohibited"),
            SMTPReply(454, "5.7.3 Client was not authenticated: authentication required"),
        ])
    func deny(reply: SMTPReply) { #expect(reply.deniesRelaying) }

    @Test(
        "say nothing about relaying",
        arguments: [
            SMTPReply(450, "4.2.0 Greylisted, try again in 5 minutes"),
            SMTPReply(451, "4.7.1 greylisted"),
            SMTPReply(451, "4.3.0 Temporary lookup failure"),
            SMTPReply(550, "5.1.8 Sender domain not found"),
            SMTPReply(250, "2.1.5 Ok"),
        ])
    func other(reply: SMTPReply) { #expect(!reply.deniesRelaying) }
}
