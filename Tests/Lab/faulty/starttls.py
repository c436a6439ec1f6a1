"""What goes wrong at STARTTLS and in the handshake."""

import socket
import ssl
import threading
import time

from hello import read_hello
from server import Server


class Starttls454(Server):
    def starttls(self, client):
        client.reply("454 4.7.0 TLS not available due to temporary reason")


class Starttls454Once(Server):
    """Has no TLS the first time it is ever asked, and has it afterwards."""

    was_asked = False

    def starttls(self, client):
        if self.was_asked:
            return super().starttls(client)
        self.was_asked = True
        client.reply("454 4.7.0 TLS not available due to temporary reason")


class StarttlsSometimes(Server):
    """Takes STARTTLS away once from whoever breaks off two handshakes, and then not again for a minute: a busy machine takes its time."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.lock, self.broken, self.latest = threading.Lock(), 0, 0.0

    def handshake(self, client):
        try:
            super().handshake(client)
        except OSError:
            with self.lock:
                now = time.monotonic()
                self.broken = 1 if now > self.latest + 60 else self.broken + 1
                self.latest = now
            raise

    def keywords(self, client):
        with self.lock:
            is_missing = self.broken >= 2 and not client.encrypted
            if is_missing:
                self.broken = -1000
        return [keyword for keyword in super().keywords(client) if keyword != "STARTTLS" or not is_missing]


class Starttls502(Server):
    def starttls(self, client):
        client.reply("502 5.5.1 STARTTLS is not implemented")


class Starttls250(Server):
    """Says 250 to STARTTLS, and goes on in plaintext."""

    def starttls(self, client):
        client.reply("250 ok but no")
        client.connection.recv(4096)
        client.reply("500 5.5.2 Command not recognised")


class Starttls354(Server):
    def starttls(self, client):
        client.reply("354 go ahead")


class Starttls421(Server):
    """Turns everybody away at STARTTLS."""

    def starttls(self, client):
        client.reply("421 4.7.0 Too many TLS sessions, come back later")
        raise ConnectionAbortedError


class StarttlsClose(Server):
    """Hangs up on STARTTLS."""

    def starttls(self, client):
        client.close()
        raise ConnectionAbortedError


class HandshakeClose(Server):
    """Hangs up instead of shaking hands."""

    def handshake(self, client):
        client.connection.recv(4096)
        client.close()
        raise ConnectionAbortedError


class HandshakeStalls(Server):
    """Says 220 to STARTTLS and keeps silent on every ClientHello."""

    def handshake(self, client):
        while client.connection.recv(4096):
            pass
        raise ConnectionAbortedError


class HandshakeStallsLater(HandshakeStalls):
    """Completes the first handshake, and keeps silent on those of the next half minute."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.lock, self.latest = threading.Lock(), -1000.0

    def handshake(self, client):
        with self.lock:
            now = time.monotonic()
            is_first, self.latest = now > self.latest + 30, now
        Server.handshake(self, client) if is_first else super().handshake(client)


class HandshakeGarbage(Server):
    """Answers the ClientHello with what is no TLS."""

    def handshake(self, client):
        client.connection.recv(4096)
        client.send(b"500 5.5.1 What was that?\r\n" * 20)
        raise ConnectionAbortedError


class HandshakeAlert(Server):
    """Answers every ClientHello with the alert handshake_failure."""

    def handshake(self, client):
        client.connection.recv(4096)
        client.send(bytes([21, 3, 3, 0, 2, 2, 40]))
        raise ConnectionAbortedError


class PlaintextInjected(Server):
    """Sends a plaintext reply right behind the 220, as somebody in between would, and goes on to a good handshake."""

    def starttls(self, client):
        client.reply("220 2.0.0 Ready to start TLS", "250 2.0.0 Injected")
        self.handshake(client)


class CommandInjected(Server):
    """Keeps what came behind STARTTLS, and obeys it inside TLS."""

    def handshake(self, client):
        kept = client.buffer
        client.start_tls(self.tls)
        client.buffer = kept


class CommandAnswered(Server):
    """Obeys what came behind STARTTLS at once, in plaintext, before it shakes hands."""

    def handshake(self, client):
        while b"\n" in client.buffer:
            self.obey(client, client.read_line())
        client.start_tls(self.tls)


class StarttlsAccepted(Server):
    """Accepts STARTTLS once more inside TLS."""

    def obey(self, client, line):
        if client.encrypted and line.upper() == "STARTTLS":
            client.reply("220 2.0.0 Ready to start TLS")
            return False
        return super().obey(client, line)


class KeywordLost(Server):
    """Offers less inside TLS than before."""

    def keywords(self, client):
        return super().keywords(client) + ([] if client.encrypted else ["ETRN"])


class AuthBeforeTls(Server):
    """Asks for passwords in plaintext."""

    def keywords(self, client):
        return super().keywords(client) + ["AUTH PLAIN LOGIN"]


class Renegotiates(Server):
    """Shakes hands again whenever a client asks for it."""

    def handshake(self, client):
        self.tls.options |= 1 << 8  # SSL_OP_ALLOW_CLIENT_RENEGOTIATION, for which Python has no name
        super().handshake(client)


class NoMasterSecret(Server):
    """Does not know the extended master secret."""

    def handshake(self, client):
        self.tls.options |= 1  # SSL_OP_NO_EXTENDED_MASTER_SECRET, for which Python has no name
        super().handshake(client)


class NeedsServerName(Server):
    """Ends handshakes without SNI, or with another name than its own."""

    def handshake(self, client):
        self.tls.sni_callback = lambda connection, name, context: (
            None if name == self.host else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        )
        super().handshake(client)


class RefusesServerName(Server):
    """Ends every handshake in which SNI names anything, and does the others."""

    def handshake(self, client):
        self.tls.sni_callback = lambda connection, name, context: (
            None if name is None else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        )
        super().handshake(client)


class PrefersOlder(Server):
    """Speaks TLS 1.3 with whoever offers nothing else, and TLS 1.2 with everybody else."""

    older = {0xC02B, 0xC02C, 0xC02F, 0xC030}

    def handshake(self, client):
        _, offered = read_hello(client.connection.recv(16384, socket.MSG_PEEK))
        newest = ssl.TLSVersion.TLSv1_2 if self.older.intersection(offered) else ssl.TLSVersion.TLSv1_3
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain)
        context.maximum_version = newest
        client.start_tls(context)


class StarttlsTwice(Server):
    """Still offers STARTTLS inside TLS."""

    def keywords(self, client):
        return ["PIPELINING", "STARTTLS", "8BITMIME"]
