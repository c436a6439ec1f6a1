"""A small mail server that does everything right. A fault is a subclass that overrides the one thing it does wrong."""

import re
import socket
import ssl
import struct
import threading


class Server:
    """A small mail server without faults: TLS 1.2 and 1.3, one mailbox, no relaying. It never accepts a message."""

    port = 25

    def __init__(self, address, host, domain, pki):
        self.address, self.host, self.domain = address, host, domain
        self.tls, self.chain = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), f"{pki}/{host}.pem"
        self.tls.load_cert_chain(self.chain)

    # What a fault may override, in the order of a conversation.

    def greet(self, client):
        client.reply(f"220 {self.host} ESMTP")

    def ehlo(self, client):
        client.reply(*(["250-" + self.host] + ["250-" + keyword for keyword in self.keywords(client)] + ["250 HELP"]))

    def helo(self, client):
        client.reply(f"250 {self.host}")

    def keywords(self, client):
        return ["PIPELINING", "SIZE 10240000"] + ([] if client.encrypted else ["STARTTLS"]) + ["8BITMIME"]

    def starttls(self, client):
        client.reply("220 2.0.0 Ready to start TLS")
        self.handshake(client)

    def handshake(self, client):
        client.start_tls(self.tls)

    def mail(self, client):
        client.reply("250 2.1.0 Ok")

    def rcpt(self, client, recipient):
        if recipient.lower() in ("postmaster", f"postmaster@{self.domain}"):
            client.reply("250 2.1.5 Ok")
        elif recipient.lower().endswith("@" + self.domain):
            client.reply("550 5.1.1 No such user here")
        else:
            client.reply("550 5.7.1 Relaying denied")

    # The machinery of a conversation.

    def listen(self):
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        listener = socket.create_server((self.address, self.port), family=family, backlog=64)
        threading.Thread(target=self.accept_forever, args=(listener,), daemon=True).start()

    def accept_forever(self, listener):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=self.converse, args=(Client(connection),), daemon=True).start()

    def converse(self, client):
        try:
            if self.greet(client) is not False:
                while (line := client.read_line()) is not None and self.obey(client, line):
                    pass
        except (OSError, ValueError):
            pass  # the client left, or was thrown out
        finally:
            client.close()

    def obey(self, client, line):
        """Does what one command says; False ends the conversation."""
        verb, _, rest = line.partition(" ")
        verb = verb.upper()
        if verb == "EHLO":
            self.ehlo(client)
        elif verb == "HELO":
            self.helo(client)
        elif verb == "STARTTLS":
            if client.encrypted:
                client.reply("503 5.5.1 TLS is active already")
            else:
                self.starttls(client)
        elif verb == "MAIL":
            self.mail(client)
        elif verb == "RCPT":
            found = re.match(r"TO:\s*<([^>]*)>", rest, re.IGNORECASE)
            if found:
                self.rcpt(client, found[1])
            else:
                client.reply("501 5.5.4 Syntax: RCPT TO:<address>")
        elif verb in ("RSET", "NOOP"):
            client.reply("250 2.0.0 Ok")
        elif verb == "QUIT":
            client.reply("221 2.0.0 Bye")
            return False
        else:
            client.reply("502 5.5.2 Command not recognised")
        return True


class Client:
    """One connection, read by lines. Every server waits for at most five minutes (RFC 5321, section 4.5.3.2.7)."""

    def __init__(self, connection):
        self.connection, self.encrypted, self.buffer, self.send = connection, False, b"", connection.sendall
        connection.settimeout(300)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def reply(self, *lines):
        self.send("".join(line + "\r\n" for line in lines).encode("latin-1"))

    def read_line(self):
        while b"\n" not in self.buffer:
            data = self.connection.recv(4096)
            if not data or len(self.buffer) > 65536:
                return None
            self.buffer += data
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.decode("latin-1").rstrip("\r")

    def start_tls(self, context):
        self.buffer = b""  # RFC 3207, section 4: what came before TLS does not count
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.encrypted, self.send = True, self.connection.sendall

    def close(self):
        self.connection.close()

    def reset(self):
        """Closes with RST instead of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
