"""Mail servers that mean harm in TLS: before there are keys by records written by hand, behind that with tlslite-ng."""

import ssl
import struct
import time

from hostile_smtp import flood
from obsolete import Obsolete
from server import Server
from tlslite.constants import AlertDescription, AlertLevel, ContentType, KeyUpdateMessageType
from tlslite.errors import BaseTLSException
from tlslite.messages import Alert, ApplicationData, HelloRequest, Message, NewSessionTicket

ALERT, CHANGE_CIPHER_SPEC, HANDSHAKE, APPLICATION_DATA = 21, 20, 22, 23


def record(kind, contents, version=0x0303):
    return struct.pack("!BHH", kind, version, len(contents)) + contents


def message(kind, body):
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def session_of(hello):
    """The session id of a ClientHello, which a ServerHello of TLS 1.3 repeats."""
    return hello[44:44 + hello[43]] if len(hello) > 44 else b""


def server_hello(extensions=b"", session=b"", suite=0xC02B, random=bytes(range(32))):
    """A ServerHello; of TLS 1.2 where EXTENSIONS do not say otherwise. RFC 8446, section 4.1.3."""
    body = b"\x03\x03" + random + bytes([len(session)]) + session + struct.pack("!HB", suite, 0)
    return message(2, body + (struct.pack("!H", len(extensions)) + extensions if extensions else b""))


class ByHand(Server):
    """What the others share: they read a ClientHello, and answer without a TLS of their own."""

    def handshake(self, client):
        self.answer(client, client.connection.recv(16384))
        raise ConnectionAbortedError


# --- Before there are keys ---


class EndlessGarbage(ByHand):
    """Answers the ClientHello with what is no record, and does not stop."""

    def answer(self, client, hello):
        flood(client, bytes(range(128, 256)))


class OversizedRecords(ByHand):
    """Records of 65,535 octets, where 16,384 are allowed."""

    def answer(self, client, hello):
        flood(client, record(HANDSHAKE, bytes(65535)))


class EmptyRecords(ByHand):
    """Records of the handshake that hold nothing."""

    def answer(self, client, hello):
        flood(client, record(HANDSHAKE, b""))


class AlertStorm(ByHand):
    """Warnings without end: user_canceled, which may be ignored."""

    def answer(self, client, hello):
        flood(client, record(ALERT, bytes([1, 90])))


class ChangeCipherStorm(ByHand):
    """ChangeCipherSpec without end, which TLS 1.3 ignores between the flights."""

    def answer(self, client, hello):
        flood(client, record(CHANGE_CIPHER_SPEC, b"\1"))


class HelloRequestStorm(ByHand):
    """HelloRequest without end, which a client ignores while it shakes hands. RFC 5246, section 7.4.1.1."""

    def answer(self, client, hello):
        flood(client, record(HANDSHAKE, message(0, b"") * 1000))


class RetryLoop(ByHand):
    """A HelloRetryRequest to every ClientHello, the second one included."""

    random = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")

    def answer(self, client, hello):
        while hello:
            for group in (24, 25, 23, 29):
                extensions = struct.pack("!HHH", 43, 2, 0x0304) + struct.pack("!HHH", 51, 2, group)
                client.send(record(HANDSHAKE, server_hello(extensions, session_of(hello), 0x1301, self.random)))
            hello = client.connection.recv(16384)


class MalformedHello(ByHand):
    """A ServerHello whose extensions are longer than it is."""

    def answer(self, client, hello):
        extensions = struct.pack("!HH", 43, 0xFFFF) + b"\x03\x04" + struct.pack("!HH", 0xFF01, 0x7FFF)
        client.send(record(HANDSHAKE, server_hello(extensions, session_of(hello), 0x1301)))


class ManyExtensions(ByHand):
    """A ServerHello with 16,000 extensions, one kind again and again among them."""

    def answer(self, client, hello):
        extensions = b"".join(struct.pack("!HH", 0xFF01 if number % 2 else number, 0) for number in range(16_000))
        whole = server_hello(extensions, b"")
        client.send(b"".join(record(HANDSHAKE, whole[at:at + 16384]) for at in range(0, len(whole), 16384)))


class SixteenMegabytes(ByHand):
    """A chain of 16 MB, the most that a message can hold, over and over again."""

    def answer(self, client, hello):
        with open(self.chain) as file:
            blocks = file.read().split("-----BEGIN CERTIFICATE-----")[1:]
        each = ssl.PEM_cert_to_DER_cert("-----BEGIN CERTIFICATE-----" + blocks[0].strip())
        each = len(each).to_bytes(3, "big") + each
        chain = each * ((2**24 - 4) // len(each))
        whole = server_hello() + message(11, len(chain).to_bytes(3, "big") + chain)
        for at in range(0, len(whole), 16384):
            client.send(record(HANDSHAKE, whole[at:at + 16384]))
        time.sleep(1)


class CertificateWithoutEnd(ByHand):
    """A chain of 16 MB is announced, and comes at 100 octets a second."""

    def answer(self, client, hello):
        client.send(record(HANDSHAKE, server_hello() + b"\x0b\xff\xff\xff\xff\xff\xfc"))
        while True:
            client.send(record(HANDSHAKE, bytes(100)))
            time.sleep(1)


# --- Inside TLS ---


class Storm(Obsolete):
    """What the others share: once TLS 1.3 is there, they do one thing again and again, and nothing else."""

    versions = (3, 4), (3, 4)
    ciphers = ["chacha20-poly1305", "aes128gcm"]
    exchanges = ["ecdhe_ecdsa"]

    def wrap_socket(self, connection, server_side):
        inside = super().wrap_socket(connection, server_side)
        try:
            while True:
                for _ in self.step(inside):
                    pass
        except BaseTLSException as failure:
            raise ConnectionAbortedError from failure

    def step(self, inside):
        """The next message, as tlslite-ng sends it: bit by bit."""
        raise NotImplementedError


class TicketStorm(Storm):
    """Tickets for later sessions, no two alike."""

    number = 0

    def step(self, inside):
        self.number += 1
        nonce = self.number.to_bytes(8, "big")
        return inside._sendMsg(NewSessionTicket().create(86400, self.number, bytearray(nonce), bytearray(nonce * 500), []))


class KeyUpdateStorm(Storm):
    """New keys, and the wish that we take new ones, too."""

    def step(self, inside):
        return inside.send_keyupdate_request(KeyUpdateMessageType.update_requested)


class InsideAlertStorm(Storm):
    """Warnings inside TLS."""

    def step(self, inside):
        return inside._sendMsg(Alert().create(AlertDescription.user_canceled, AlertLevel.warning))


class InsideEmptyStorm(Storm):
    """Records inside TLS that hold nothing."""

    def step(self, inside):
        return inside._sendMsg(ApplicationData().create(bytearray()), randomizeFirstBlock=False)


class InsideGarbage(Storm):
    """Records that no key fits."""

    def step(self, inside):
        inside.sock.socket.sendall(record(APPLICATION_DATA, bytes(1000)))
        return ()


class InsideHelloRequestStorm(Storm):
    """HelloRequest inside TLS 1.2, each the wish for another handshake."""

    versions = (3, 3), (3, 3)

    def step(self, inside):
        return inside._sendMsg(HelloRequest().create(), update_hashes=False)


class InsideOversizedMessage(Storm):
    """A message of the handshake inside TLS that announces 16 MB, and comes."""

    def wrap_socket(self, connection, server_side):
        self.begun = False
        return super().wrap_socket(connection, server_side)

    def step(self, inside):
        head, self.begun = b"" if self.begun else b"\x04\xff\xff\xff", True
        return inside._sendMsg(Message(ContentType.handshake, bytearray(head + bytes(16000))), update_hashes=False)
