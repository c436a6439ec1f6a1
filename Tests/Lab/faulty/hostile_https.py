"""Policy hosts of MTA-STS that mean harm: they never stop, lie about lengths, or lead somewhere else."""

import time
import zlib

from hostile_certificates import EighteenThousandNames
from hostile_smtp import flood
from https import PolicyHost

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


class EndlessBodyPolicy(PolicyHost):
    """A body without end, in chunks."""

    def answer(self, client):
        flood(client, b"400\r\n" + b"mx: mx.elsewhere.test\r\n".ljust(1024, b"x") + b"\r\n", HEAD + b"Transfer-Encoding: chunked\r\n\r\n")


class EndlessHeaderPolicy(PolicyHost):
    """A field of the header that does not end."""

    def answer(self, client):
        flood(client, b"padding ", HEAD + b"X-Padding: ")


class EndlessHeadersPolicy(PolicyHost):
    """Fields of the header without end."""

    def answer(self, client):
        flood(client, b"X-Padding: padding\r\n", HEAD)


class EndlessChunkPolicy(PolicyHost):
    """An extension of a chunk that does not end. RFC 9112, section 7.1.1."""

    def answer(self, client):
        flood(client, b"extension", HEAD + b"Transfer-Encoding: chunked\r\n\r\n8;x=")


class DripsHeaderPolicy(PolicyHost):
    """An octet of the header a second, without end."""

    def answer(self, client):
        client.send(HEAD + b"X-Padding: ")
        while True:
            client.send(b"x")
            time.sleep(1)


class LongerPolicy(PolicyHost):
    """Promises eight exabytes, and sends a policy."""

    def answer(self, client):
        client.send(self.response().replace(b"Content-Length: ", b"Content-Length: 92233720368547758"))
        client.read_line()


class ShorterPolicy(PolicyHost):
    """Promises less than it sends: what is behind the promised octets is a response of its own."""

    def answer(self, client):
        policy = self.response().partition(b"\r\n\r\n")[2]
        client.send(HEAD + b"Content-Length: 10\r\n\r\n" + policy + self.response())


class TwoLengthsPolicy(PolicyHost):
    """Two lengths that differ. RFC 9112, section 6.3."""

    def answer(self, client):
        client.send(self.response().replace(b"\r\n\r\n", b"\r\nContent-Length: 20\r\n\r\n"))


class NegativeLengthPolicy(PolicyHost):
    """A length below nothing."""

    def answer(self, client):
        client.send(self.response().replace(b"Content-Length: ", b"Content-Length: -"))


class HugeChunkPolicy(PolicyHost):
    """A chunk of 2^64 - 1 octets."""

    def answer(self, client):
        flood(client, b"mode: enforce\r\n", HEAD + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n")


class ContinueFloodPolicy(PolicyHost):
    """Interim responses without end."""

    def answer(self, client):
        flood(client, b"HTTP/1.1 100 Continue\r\n\r\n")


class LoopbackPolicy(PolicyHost):
    """A redirect to the client's own machine."""

    def answer(self, client):
        client.send(b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/.well-known/mta-sts.txt\r\nContent-Length: 0\r\n\r\n")


class RedirectLoopPolicy(PolicyHost):
    """A redirect to where the client is already."""

    def answer(self, client):
        where = f"https://{self.host}/.well-known/mta-sts.txt"
        client.send(f"HTTP/1.1 301 Moved Permanently\r\nLocation: {where}\r\nContent-Length: 0\r\n\r\n".encode())


class GzipBombPolicy(PolicyHost):
    """64 KB that are 64 MB once they are unpacked."""

    def answer(self, client):
        packer = zlib.compressobj(9, wbits=31)
        bomb = packer.compress(bytes(64 << 20)) + packer.flush()
        client.send(HEAD + f"Content-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode() + bomb)
        client.connection.unwrap()


class ManyNamesPolicy(EighteenThousandNames, PolicyHost):
    """A certificate with 18,000 names."""

    def secure(self, client):
        self.handshake(client)
