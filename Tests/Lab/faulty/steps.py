"""Replies that no command asked for. RFC 5321, section 4.2. All of these servers refuse every stranger with 554."""

import time

from server import Server


class Refuses(Server):
    def rcpt(self, client, recipient):
        if recipient.lower().endswith("@" + self.domain) or recipient.lower() == "postmaster":
            super().rcpt(client, recipient)
        else:
            client.reply("554 5.7.1 Relaying denied")


class StrayReply(Refuses):
    """Says 250 once more behind its EHLO reply in plaintext."""

    def ehlo(self, client):
        super().ehlo(client)
        if not client.encrypted:
            client.reply("250 stray")


class StrayReplyInside(Refuses):
    """Says 250 once more behind its EHLO reply inside TLS."""

    def ehlo(self, client):
        super().ehlo(client)
        if client.encrypted:
            client.reply("250 stray")


class StrayReplyLate(Refuses):
    """Says it a little later, so that it arrives when the next command is under way; knows no PIPELINING."""

    def keywords(self, client):
        return [keyword for keyword in super().keywords(client) if keyword != "PIPELINING"]

    def mail(self, client):
        client.reply("250 stray")
        time.sleep(0.05)
        super().mail(client)


class MailTwice(Refuses):
    """Answers MAIL twice."""

    def mail(self, client):
        client.reply("250 2.1.0 Ok", "250 2.1.0 Ok")


class MailTwiceSlowly(MailTwice):
    """The same without PIPELINING, the second time after a moment."""

    def keywords(self, client):
        return [keyword for keyword in super().keywords(client) if keyword != "PIPELINING"]

    def mail(self, client):
        client.reply("250 2.1.0 Ok")
        time.sleep(0.02)
        client.reply("250 2.1.0 Ok")


class GreetsInside(Refuses):
    """Greets once more inside TLS."""

    def handshake(self, client):
        super().handshake(client)
        client.reply(f"220 {self.host} ESMTP")


class GreetsInsideLate(Refuses):
    """Greets once more inside TLS when EHLO has arrived."""

    def ehlo(self, client):
        if client.encrypted:
            client.reply(f"220 {self.host} ESMTP")
            time.sleep(0.05)
        super().ehlo(client)


class KeepAlive(Refuses):
    """Says that it is still alive while it thinks about a recipient."""

    def keywords(self, client):
        return [keyword for keyword in super().keywords(client) if keyword != "PIPELINING"]

    def rcpt(self, client, recipient):
        time.sleep(0.1)
        client.reply("250 still here")
        time.sleep(0.1)
        super().rcpt(client, recipient)


class RepliesAhead(Refuses):
    """Answers each command one command early: it knows what relay tests say."""

    def ehlo(self, client):
        super().ehlo(client)
        if client.encrypted:
            client.reply("250 2.1.0 Ok")

    def mail(self, client):
        if not client.encrypted:
            return super().mail(client)
        client.reply("554 5.7.1 Relaying denied")

    def rcpt(self, client, recipient):
        if not client.encrypted:
            return super().rcpt(client, recipient)
        client.reply("250 2.0.0 Ok")
