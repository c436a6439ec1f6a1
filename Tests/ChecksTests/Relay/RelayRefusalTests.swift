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
            SMTPReply(550, "5.7.1 <relay-test@example.net>... Relaying denied. Proper authentication required."),
            SMTPReply(550, "Access denied, we do not relay."),
            SMTPReply(450, "4.7.1 Relaying denied..."),
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
            // What they quote is not theirs.
            SMTPReply(450, "4.2.0 <relay-test@example.net>: Recipient address rejected: Greylisted, see grey.example"),
            SMTPReply(451, "4.7.1 <relay-test@example.net>: Recipient address rejected: Greylisting in action"),
            SMTPReply(450, "4.1.8 <relay-test@example.org>: Sender address rejected: Domain not found"),
            SMTPReply(452, "4.2.2 <relay-test@example.net>: mailbox full, delivery refused"),
            SMTPReply(450, "4.7.25 Client host rejected: cannot find your hostname, see relay.example.com"),
            SMTPReply(450, "4.7.25 Client host rejected by relay.example.com."),
            SMTPReply(553, "5.7.1 <relay-test@example.org>: Sender address rejected: not owned by user"),
            SMTPReply(250, "2.1.5 Ok"),
        ])
    func other(reply: SMTPReply) { #expect(!reply.deniesRelaying) }
}
