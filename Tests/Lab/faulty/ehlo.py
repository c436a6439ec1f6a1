"""What goes wrong in the EHLO reply."""

from server import Server


class EhloRejected(Server):
    """Knows HELO only."""

    def ehlo(self, client):
        client.reply("502 5.5.1 EHLO is not implemented")


class ChangingCode(Server):
    """Has 250 in front of some lines of its EHLO reply and 220 in front of others, as senders put up with."""

    def ehlo(self, client):
        keywords = self.keywords(client)
        client.reply("250-" + self.host, *("220-" + keyword for keyword in keywords), "220 HELP")


class EndlessReply(Server):
    """Never comes to the last line of its EHLO reply."""

    def ehlo(self, client):
        number = 0
        while True:
            client.reply(*(f"250-X-KEYWORD-{number + i}" for i in range(100)))
            number += 100


class EndlessLine(Server):
    """Never comes to the end of the first line of its EHLO reply."""

    def ehlo(self, client):
        client.send(b"250-")
        while True:
            client.send(b"x" * 4096)


class MaskedStarttls(Server):
    """As seen through a middlebox that blanks the keyword, and the command too."""

    def keywords(self, client):
        return [keyword.replace("STARTTLS", "XXXXXXXA") for keyword in super().keywords(client)]

    def starttls(self, client):
        client.reply("502 5.5.2 Command not recognised")


class StarttlsParameters(Server):
    """Offers STARTTLS with a parameter, which has none."""

    def keywords(self, client):
        return [keyword.replace("STARTTLS", "STARTTLS TLS1.2 TLS1.3") for keyword in super().keywords(client)]


class ManyKeywords(Server):
    """An EHLO reply of 300 lines, STARTTLS in the middle."""

    def keywords(self, client):
        more = [f"X-KEYWORD-{number}" for number in range(295)]
        return more[:150] + super().keywords(client) + more[150:]


class LongKeyword(Server):
    """An EHLO reply with a line of 20,000 octets in front of STARTTLS."""

    def keywords(self, client):
        return ["X-LONG " + "x" * 20000] + super().keywords(client)
