"""Mail servers that mean harm in SMTP: they never stop, never listen, or hang up where it hurts most."""

import select
import socket
import time

from server import Server


def flood(client, piece, first=b""):
    """Sends PIECE again and again until the other side has had enough of it and leaves. What is to come FIRST goes out with it: how
    the two arrive is then no matter of timing."""
    block = piece * (65536 // len(piece) + 1)
    client.send(first + block)
    while True:
        client.send(block)


def wait_without_reading(client):
    """Takes nothing out of the socket, until the other side is gone or five minutes are over."""
    poll = select.poll()
    poll.register(client.connection.fileno(), select.POLLRDHUP)
    poll.poll(300_000)
    raise ConnectionAbortedError


# --- Lines and replies that do not end ---


class EndlessGreeting(Server):
    """Greets with a line that does not end."""

    def greet(self, client):
        flood(client, b"welcome ", b"220 ")


class EndlessGreetingLines(Server):
    """Greets with a reply that does not end."""

    def greet(self, client):
        flood(client, b"220-welcome\r\n")


class EndlessLineInside(Server):
    """Ends no line of its EHLO reply inside TLS."""

    def ehlo(self, client):
        if not client.encrypted:
            return super().ehlo(client)
        flood(client, b"KEYWORD", b"250-")


class HundredThousandLines(Server):
    """An EHLO reply of 100,000 lines, STARTTLS behind them all."""

    def ehlo(self, client):
        client.send(f"250-{self.host}\r\n".encode() + b"250-XKEYWORD\r\n" * 100_000 + b"250 STARTTLS\r\n")


class HundredThousandLinesInside(HundredThousandLines):
    """The same inside TLS alone."""

    def ehlo(self, client):
        super().ehlo(client) if client.encrypted else Server.ehlo(self, client)


# --- Octets that do not belong there ---


class NulReplies(Server):
    """NUL octets in the greeting and in the EHLO reply."""

    def greet(self, client):
        client.reply(f"220 {self.host} ESMTP \0\0\0 here")

    def keywords(self, client):
        return ["X\0NUL", "\0"] + super().keywords(client)


class NulCode(Server):
    """A greeting of NUL octets, and its code behind them."""

    def greet(self, client):
        client.send(b"\0" * 64 + f"220 {self.host} ESMTP\r\n".encode())


class BareLf(Server):
    """Ends its lines with LF alone."""

    def converse(self, client):
        client.reply = lambda *lines: client.send("".join(line + "\n" for line in lines).encode("latin-1"))
        super().converse(client)


class BareCr(Server):
    """Parts the lines of its EHLO reply in plaintext with CR alone: to whoever reads up to LF it is one line."""

    def ehlo(self, client):
        if client.encrypted:
            return super().ehlo(client)
        lines = ["250-" + self.host] + ["250-" + keyword for keyword in self.keywords(client)]
        client.send(("\r".join(lines) + "\r\n250 HELP\r\n").encode())


# --- Slowness, and deafness ---


class DripsInside(Server):
    """Says everything at an octet a second, once TLS is there."""

    def handshake(self, client):
        super().handshake(client)
        send = client.send

        def send_slowly(data):
            for byte in data:
                send(bytes([byte]))
                time.sleep(1)

        client.send = send_slowly


class DripsHandshake(Server):
    """Sends its part of the handshake at an octet a second."""

    def handshake(self, client):
        client.connection.recv(16384)
        record = bytes([22, 3, 3, 0x40, 0]) + bytes([2, 0, 0x3F, 0xFC, 3, 3]) + bytes(16378)
        for byte in record:
            client.send(bytes([byte]))
            time.sleep(1)


class NeverReads(Server):
    """Greets, and never takes a command out of its socket."""

    def greet(self, client):
        client.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        super().greet(client)
        wait_without_reading(client)


class NeverReadsInside(Server):
    """The same, once TLS is there."""

    def handshake(self, client):
        super().handshake(client)
        wait_without_reading(client)


# --- Resets, one at each step ---


class Resets(Server):
    """What the others share: how to go."""

    def hang_up(self, client):
        client.reset()
        raise ConnectionAbortedError


class ResetsAtEhlo(Resets):
    def ehlo(self, client):
        self.hang_up(client)


class ResetsAtStarttls(Resets):
    def starttls(self, client):
        self.hang_up(client)


class ResetsAtHandshake(Resets):
    """Answers the ClientHello so."""

    def handshake(self, client):
        client.connection.recv(16384)
        self.hang_up(client)


class ResetsInside(Resets):
    """Answers EHLO inside TLS so."""

    def ehlo(self, client):
        self.hang_up(client) if client.encrypted else super().ehlo(client)


class ResetsAtMail(Resets):
    def mail(self, client):
        self.hang_up(client)


class ResetsAtRcpt(Resets):
    def rcpt(self, client, recipient):
        self.hang_up(client)


class ResetsAtRset(Resets):
    def obey(self, client, line):
        return self.hang_up(client) if line.upper() == "RSET" else super().obey(client, line)


class ResetsAtQuit(Resets):
    def obey(self, client, line):
        return self.hang_up(client) if line.upper() == "QUIT" else super().obey(client, line)


# --- Floods of replies that nobody asked for ---


class Floods(Server):
    """What the others share: a reply to EHLO with a flood behind it."""

    def flood_ehlo(self, client):
        lines = ["250-" + self.host] + ["250-" + keyword for keyword in self.keywords(client)] + ["250 HELP"]
        flood(client, b"250 2.0.0 Ok\r\n", "".join(line + "\r\n" for line in lines).encode())


class FloodsGreeting(Server):
    """Greets without end."""

    def greet(self, client):
        flood(client, f"220 {self.host} ESMTP\r\n".encode())


class FloodsBeforeTls(Floods):
    """Sends replies without end behind its EHLO reply in plaintext."""

    def ehlo(self, client):
        super().ehlo(client) if client.encrypted else self.flood_ehlo(client)


class FloodsStarttls(Server):
    """Accepts STARTTLS, and sends plaintext without end where the handshake belongs."""

    def starttls(self, client):
        flood(client, b"250 2.0.0 Ok\r\n", b"220 2.0.0 Ready to start TLS\r\n")


class FloodsInside(Floods):
    """Sends replies without end behind its EHLO reply inside TLS."""

    def ehlo(self, client):
        self.flood_ehlo(client) if client.encrypted else super().ehlo(client)


class FloodsQuit(Server):
    """Answers QUIT, and then does not stop talking."""

    def obey(self, client, line):
        if line.upper() != "QUIT":
            return super().obey(client, line)
        flood(client, b"250 2.0.0 And another thing\r\n", b"221 2.0.0 Bye\r\n")
