"""What goes wrong up to the greeting."""

import socket
import threading
import time

from server import Server


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


class Greeting471(Refusal):
    refusal = "471 too busy"


class Greeting591(Refusal):
    refusal = "591 go away"


class Greeting250(Server):
    """Greets with 250."""

    def greet(self, client):
        client.reply(f"250 {self.host} ESMTP")


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

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.lock, self.open_connections, self.last_seen = threading.Lock(), 0, 0.0

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


class ThrottleThree(Server):
    """Answers 421 from the fourth connection on."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.count = 0

    def converse(self, client):
        self.count += 1
        if self.count <= 3:
            return super().converse(client)
        client.reply("421 4.7.0 Too many connections from you today")
        client.close()


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
        escapes = "\x1b]0;owned\x07\x1b[2J\x1b[1;31mGrade: A+\x1b[0m \x9b5m \xff\xfe"
        client.reply(f"220 {self.host} ESMTP {escapes} <script>alert(1)</script>")

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
