#!/usr/bin/env python3
"""Mail servers that are wrong in one way each, one address per server.

    faulty.py SERVERS PKI [SERVFAIL-ADDRESS]

SERVERS is a file of lines "ADDRESS HOST DOMAIN FAULT", where FAULT is the name of a class below in words with
hyphens. PKI is a folder with HOST.pem. At SERVFAIL-ADDRESS a DNS server answers SERVFAIL to everything.

`Server` is right in every way; each fault is a class that overrides the one thing it does wrong.
"""

import re
import socket
import ssl
import struct
import sys
import threading
import time


class Server:
    """A small mail server without faults: TLS 1.2 and 1.3, one mailbox, no relaying. It never accepts a message."""

    def __init__(self, address, host, domain, pki):
        self.address, self.host, self.domain = address, host, domain
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(f"{pki}/{host}.pem")

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
        listener = socket.create_server((self.address, 25), family=family, backlog=64)
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


# --- Before the greeting ---

class Blackhole(Server):
    """Never completes a connection: its queue of waiting connections is full, so that further SYNs are dropped."""

    def listen(self):
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        self.listener = socket.create_server((self.address, 25), family=family, backlog=0)
        self.fillers = [socket.socket(family, socket.SOCK_STREAM) for _ in range(3)]
        for filler in self.fillers:
            filler.setblocking(False)
            filler.connect_ex((self.address, 25))


class Reset(Server):
    """Accepts a connection and resets it."""

    def greet(self, client):
        client.reset()
        return False


# --- The greeting ---

class SilentGreeting(Server):
    """Accepts the connection and says nothing."""

    def greet(self, client):
        while client.read_line() is not None:
            pass
        return False


class LateGreeting(Server):
    """Greets after three seconds, and throws out who speaks earlier."""

    def greet(self, client):
        client.connection.settimeout(3)
        try:
            client.connection.recv(1)
        except TimeoutError:
            client.connection.settimeout(300)
            return super().greet(client)
        client.reply("554 5.5.1 You spoke before my greeting")
        return False


class Refusal(Server):
    """Greets with an error and answers 503 to all but QUIT (RFC 5321, section 3.1)."""

    def greet(self, client):
        client.reply(self.refusal)

    def obey(self, client, line):
        if line.upper() == "QUIT":
            client.reply("221 2.0.0 Bye")
            return False
        client.reply("503 5.5.1 Bad sequence of commands")
        return True


class Greeting421(Refusal):
    refusal = "421 4.3.2 Too busy, try later"

    def greet(self, client):
        super().greet(client)
        return False  # 421 means that the server closes the channel


class Greeting450(Refusal):
    refusal = "450 4.3.2 Try later"


class Greeting521(Refusal):
    refusal = "521 5.3.2 This host does not accept mail"


class Greeting554(Refusal):
    refusal = "554 5.7.1 No SMTP service for your address"


class Greeting421Once(Server):
    """Too busy for the first connection it ever gets, fine afterwards."""

    was_asked = False

    def greet(self, client):
        if not self.was_asked:
            self.was_asked = True
            client.reply("421 4.3.2 Too busy, try later")
            return False
        return super().greet(client)


class Throttle(Server):
    """Answers 421 to a connection that comes while another is open or within a second of the last one."""

    lock, open_connections, last_seen = threading.Lock(), 0, 0.0

    def converse(self, client):
        with self.lock:
            too_fast = self.open_connections > 0 or time.monotonic() - self.last_seen < 1
            self.open_connections += 1
        try:
            if too_fast:
                client.reply("421 4.7.0 Too many connections, slow down")
                client.close()
            else:
                super().converse(client)
        except OSError:
            pass
        finally:
            with self.lock:
                self.open_connections -= 1
                self.last_seen = time.monotonic()


class GreetingName(Server):
    """Calls itself by a name that is no fully qualified one."""

    def greet(self, client):
        client.reply("220 localhost ESMTP")


class LongLine(Server):
    """Greets with a line of more than 512 octets."""

    def greet(self, client):
        client.reply(f"220 {self.host} ESMTP " + "long " * 140)


class HostileBanner(Server):
    """Tries to take over the terminal of whoever prints what it says."""

    def greet(self, client):
        client.reply(f"220 {self.host} ESMTP \x1b]0;owned\x07\x1b[2J\x1b[1;31mGrade: A+\x1b[0m \x9b5m \xff\xfe <script>alert(1)</script>")

    def keywords(self, client):
        return super().keywords(client) + ["X\x1b[8mHIDDEN", "X-\u00e2\u0080\u00aeLTR"]


class Tarpit(Server):
    """Says everything at one byte a second."""

    def converse(self, client):
        send = client.send

        def send_slowly(data):
            for byte in data:
                send(bytes([byte]))
                time.sleep(1)

        client.send = send_slowly
        super().converse(client)


# --- The EHLO reply ---

class EhloRejected(Server):
    """Knows HELO only."""

    def ehlo(self, client):
        client.reply("502 5.5.1 EHLO is not implemented")


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


# --- STARTTLS and the handshake ---

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


class Starttls502(Server):
    def starttls(self, client):
        client.reply("502 5.5.1 STARTTLS is not implemented")


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


class StarttlsTwice(Server):
    """Still offers STARTTLS inside TLS."""

    def keywords(self, client):
        return ["PIPELINING", "STARTTLS", "8BITMIME"]


# --- MAIL and RCPT ---

class TlsRequired(Server):
    """Takes MAIL inside TLS only."""

    def mail(self, client):
        if client.encrypted:
            super().mail(client)
        else:
            client.reply("530 5.7.0 Must issue a STARTTLS command first")

    def rcpt(self, client, recipient):
        if client.encrypted:
            super().rcpt(client, recipient)
        else:
            client.reply("503 5.5.1 MAIL first")


class Greylisting(Server):
    """Puts every recipient off."""

    def rcpt(self, client, recipient):
        client.reply("451 4.7.1 Greylisted, please try again in 300 seconds")


class SenderRejected(Server):
    """Takes no sender it does not know, so that nothing can be said about relaying."""

    def mail(self, client):
        client.reply("550 5.1.8 Sender address rejected: domain not found")

    def rcpt(self, client, recipient):
        client.reply("503 5.5.1 MAIL first")


def answer_servfail(address):
    """A DNS server, over UDP, that fails at everything it is asked."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind((address, 53))
    while True:
        query, client = listener.recvfrom(4096)
        if len(query) >= 12:
            flags = 0x8000 | struct.unpack("!H", query[2:4])[0] & 0x7900 | 2
            end = query.find(b"\0", 12) + 5  # the question: a name, its type and its class
            listener.sendto(query[:2] + struct.pack("!HHHHH", flags, 1, 0, 0, 0) + query[12:end], client)


def faults(base=Server):
    """Every fault by its name in words: SilentGreeting is silent-greeting, Greeting421Once is greeting-421-once."""
    found = {re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=[0-9])", "-", base.__name__).lower(): base}
    for subclass in base.__subclasses__():
        found |= faults(subclass)
    return found


def main(servers, pki, servfail_address=None):
    known, running = faults(), []
    with open(servers) as file:
        for line in file:
            address, host, domain, fault = line.split()
            if fault not in known:
                sys.exit(f"faulty.py knows no fault {fault}; it knows {', '.join(sorted(known))}")
            running.append(known[fault](address, host, domain, pki))
            running[-1].listen()
    if servfail_address:
        answer_servfail(servfail_address)
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
