"""What MAIL and RCPT may answer that tells nothing, or not at once, about relaying."""

from server import Server


class TlsRequired(Server):
    """Takes MAIL inside TLS only."""

    def mail(self, client):
        if client.encrypted:
            super().mail(client)
        else:
            client.reply("530 5.7.0 Must issue a STARTTLS command first")

    def rcpt(self, client, recipient):
        if client.encrypted:
            super().rcpt(client, recipient)
        else:
            client.reply("503 5.5.1 MAIL first")


class Greylisting(Server):
    """Puts every recipient off."""

    def rcpt(self, client, recipient):
        client.reply(f"450 4.2.0 <{recipient}>: Recipient address rejected: Greylisted, try again in 300 seconds")


class SenderRejected(Server):
    """Takes no sender it does not know, so that nothing can be said about relaying."""

    def mail(self, client):
        client.reply("550 5.1.8 <relay-test@example.org>: Sender address rejected: Domain not found")

    def rcpt(self, client, recipient):
        client.reply("503 5.5.1 MAIL first")


class RelayDetour(Server):
    """Refuses strangers, and takes one whose address stands in front of its own name with a percent sign."""

    def rcpt(self, client, recipient):
        if recipient.lower().endswith("@" + self.host) and "%" in recipient:
            client.reply("250 2.1.5 Ok")
        else:
            super().rcpt(client, recipient)


class RcptCloses(Server):
    """Hangs up at the first recipient, with no word."""

    def rcpt(self, client, recipient):
        raise ConnectionAbortedError


class MailCloses(Server):
    """Hangs up at MAIL, with no word."""

    def mail(self, client):
        raise ConnectionAbortedError


class Rcpt421(Server):
    def rcpt(self, client, recipient):
        client.reply("421 4.7.0 Enough of you")
        raise ConnectionAbortedError


class RcptWords(Server):
    """Answers RCPT with words, and no code."""

    def rcpt(self, client, recipient):
        client.reply("what do you want?")


class Rcpt252(Server):
    def rcpt(self, client, recipient):
        client.reply("252 2.5.0 Cannot verify, will take it and try")


class Rcpt260(Server):
    def rcpt(self, client, recipient):
        client.reply("260 accepted, will forward")


class Rcpt571(Server):
    def rcpt(self, client, recipient):
        client.reply("571 Relaying not permitted")


class AcceptsAndCloses(Server):
    """Takes every recipient, and hangs up at RSET."""

    def rcpt(self, client, recipient):
        if getattr(client, "has_sender", False):
            client.reply("250 2.1.5 Ok")
        else:
            client.reply("503 5.5.1 MAIL first")

    def obey(self, client, line):
        verb = line.upper().partition(" ")[0]
        if verb == "RSET":
            return False
        client.has_sender = verb == "MAIL" or getattr(client, "has_sender", False)
        return super().obey(client, line)


class RefusesAndCloses(Server):
    """Refuses strangers and hangs up in the same breath, as Exim does with `drop`."""

    def rcpt(self, client, recipient):
        client.reply("550 5.7.1 Relaying denied")
        raise ConnectionAbortedError


class RelaysInPlaintext(Server):
    """Takes every recipient in plaintext, and refuses strangers inside TLS."""

    def rcpt(self, client, recipient):
        if client.encrypted:
            super().rcpt(client, recipient)
        else:
            client.reply("250 2.1.5 Ok")


class PipeliningCloses(Server):
    """Offers PIPELINING, and hangs up on a group of commands."""

    def mail(self, client):
        if client.buffer:
            raise ConnectionAbortedError
        super().mail(client)
