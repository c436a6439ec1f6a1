"""Policy hosts of MTA-STS that nginx cannot imitate. They serve a good policy, if only one waited for it."""

import time

from server import Server


class PolicyHost(Server):
    port = 443

    def converse(self, client):
        try:
            self.secure(client)
            while client.read_line():
                pass
            self.answer(client)
        except (OSError, ValueError):
            pass  # the client left
        finally:
            client.close()

    def secure(self, client):
        client.start_tls(self.tls)

    def answer(self, client):
        client.send(self.response())

    def response(self):
        policy = f"version: STSv1\r\nmode: enforce\r\nmx: mx.{self.domain}\r\nmax_age: 1209600\r\n"
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(policy)}\r\n\r\n"
        return (head + policy).encode()


class SlowPolicy(PolicyHost):
    """Sends a byte a second."""

    def answer(self, client):
        for byte in self.response():
            client.send(bytes([byte]))
            time.sleep(1)


class SilentPolicy(PolicyHost):
    """Takes the request and says nothing."""

    def answer(self, client):
        client.read_line()


class PlainPolicy(PolicyHost):
    """Speaks HTTP without TLS, and takes the ClientHello for a bad request."""

    def secure(self, client):
        client.connection.recv(4096)
        client.send(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
        raise ConnectionAbortedError


class HangUpPolicy(PolicyHost):
    """Takes the request and hangs up."""

    def answer(self, client):
        pass


class ShortPolicy(PolicyHost):
    """Promises more octets than it sends, and closes as TLS wants it."""

    def answer(self, client):
        client.send(self.response()[:-30])
        client.connection.unwrap()


class CutChunkPolicy(PolicyHost):
    """Breaks off inside a chunk."""

    def answer(self, client):
        client.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n")
        client.send(b"40\r\nversion: STSv1\r\nmode: enf")
        client.connection.unwrap()


class UnannouncedEndPolicy(PolicyHost):
    """Sends everything, without its length, and closes TCP without a word inside TLS: nobody knows that it is all."""

    def answer(self, client):
        head, _, policy = self.response().partition(b"\r\n\r\n")
        client.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + policy)


class OtherHttpPolicy(PolicyHost):
    """Speaks HTTP/2 and nothing else: an empty SETTINGS frame, then GOAWAY for a protocol error."""

    def answer(self, client):
        client.send(bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]))
        client.send(bytes([0, 0, 8, 7, 0, 0, 0, 0, 0]) + bytes([0, 0, 0, 0, 0, 0, 0, 1]))
        client.connection.unwrap()
