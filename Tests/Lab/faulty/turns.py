"""Machines that take turns behind one address and are not alike: what a connection meets is the luck of the draw."""

import itertools
import socket
import ssl

from certificates import OtherCertificate
from server import Server


class Turns(Server):
    """What the others share: a connection is the odd or the even one, in the order of the greetings."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.count = itertools.count(1)

    def greet(self, client):
        client.is_even = next(self.count) % 2 == 0
        super().greet(client)


class TwoVersions(Turns):
    """Speaks TLS 1.3 on one connection, and at most TLS 1.2 on the next."""

    def handshake(self, client):
        context = self.tls
        if client.is_even:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.chain)
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        client.start_tls(context)


class TwoCertificatesByConnection(OtherCertificate, Turns):
    """Shows one certificate on one connection, and another on the next."""

    def handshake(self, client):
        client.start_tls(self.other if client.is_even else self.tls)


class HandshakeClosesByTurns(Turns):
    """Hangs up on the ClientHello of every second connection."""

    def handshake(self, client):
        if client.is_even:
            client.connection.recv(16384)
            return client.close()
        super().handshake(client)


class RefusesStarttlsByTurns(Turns):
    """Answers STARTTLS with 502 on every second connection, from the first one on."""

    def starttls(self, client):
        if client.is_even:
            return super().starttls(client)
        client.reply("502 5.5.1 Not on this machine")


class HandshakeAlertByTurns(Turns):
    """Ends every second handshake with the alert handshake_failure."""

    def handshake(self, client):
        if client.is_even:
            client.connection.recv(16384)
            client.send(bytes([21, 3, 3, 0, 2, 2, 40]))
            return client.close()
        super().handshake(client)


class RefusesEhloByTurns(Turns):
    """Answers EHLO and HELO with 550 on every second connection, from the first one on."""

    def ehlo(self, client):
        super().ehlo(client) if client.is_even else client.reply("550 5.7.1 Not from here")

    def helo(self, client):
        super().helo(client) if client.is_even else client.reply("550 5.7.1 Not from here")


class RefusesInsideByTurns(Turns):
    """Refuses EHLO inside TLS on every second connection, from the first one on."""

    def ehlo(self, client):
        if client.encrypted and not client.is_even:
            return client.reply("550 5.7.0 Not from here")
        super().ehlo(client)

    def helo(self, client):
        if client.encrypted and not client.is_even:
            return client.reply("550 5.7.0 Not from here")
        super().helo(client)


class ClosesOnServerName(Server):
    """Hangs up on every ClientHello that names anything in SNI, and does the other handshakes."""

    def handshake(self, client):
        if self.host.encode() in client.connection.recv(16384, socket.MSG_PEEK):
            client.connection.recv(16384)
            return client.close()
        super().handshake(client)
