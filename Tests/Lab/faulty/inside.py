"""What goes wrong inside TLS before a sender has said EHLO there."""

import socket
import ssl

from server import Server


class Inside421(Server):
    """Has no time for anybody once TLS is there."""

    def ehlo(self, client):
        if not client.encrypted:
            return super().ehlo(client)
        client.reply("421 4.3.2 Service not available, closing transmission channel")
        raise ConnectionAbortedError


class Inside550(Server):
    """Refuses EHLO and HELO inside TLS, and takes them before."""

    def ehlo(self, client):
        if client.encrypted:
            client.reply("550 5.7.1 Access denied")
        else:
            super().ehlo(client)

    def helo(self, client):
        if client.encrypted:
            client.reply("550 5.7.1 Access denied")
        else:
            super().helo(client)


class InsideRefusesServerName(Inside550):
    """Refuses EHLO and HELO inside TLS where the ClientHello named anything in SNI."""

    def handshake(self, client):
        client.named = self.host.encode() in client.connection.recv(16384, socket.MSG_PEEK)
        super().handshake(client)

    def ehlo(self, client):
        if client.encrypted and not client.named:
            return Server.ehlo(self, client)
        super().ehlo(client)

    def helo(self, client):
        if client.encrypted and not client.named:
            return Server.helo(self, client)
        super().helo(client)


class InsideClose(Server):
    """Completes the handshake and hangs up."""

    def handshake(self, client):
        super().handshake(client)
        client.read_line()
        raise ConnectionAbortedError


class InsideAlert(Server):
    """Wants a certificate of the client: in TLS 1.3 the alert comes when the client has finished its handshake."""

    def handshake(self, client):
        self.tls.verify_mode = ssl.CERT_REQUIRED
        self.tls.load_verify_locations(self.chain)
        super().handshake(client)


class InsideHeloOnly(Server):
    """Knows EHLO in plaintext, and only HELO inside TLS."""

    def ehlo(self, client):
        if client.encrypted:
            client.reply("571 5.5.1 EHLO is not for you")
        else:
            super().ehlo(client)
