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
        client.reply("451 4.7.1 Greylisted, please try again in 300 seconds")


class SenderRejected(Server):
    """Takes no sender it does not know, so that nothing can be said about relaying."""

    def mail(self, client):
        client.reply("550 5.1.8 Sender address rejected: domain not found")

    def rcpt(self, client, recipient):
        client.reply("503 5.5.1 MAIL first")


class RelayDetour(Server):
    """Refuses strangers, and takes one whose address stands in front of its own name with a percent sign."""

    def rcpt(self, client, recipient):
        if recipient.lower().endswith("@" + self.host) and "%" in recipient:
            client.reply("250 2.1.5 Ok")
        else:
            super().rcpt(client, recipient)
