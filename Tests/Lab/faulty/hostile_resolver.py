"""Resolvers that mean harm, between mailgrade and the lab's own: each class below is one, and bends what that answers.

    python3 hostile_resolver.py UPSTREAM-ADDRESS UPSTREAM-PORT

Prints a line "NAME PORT" for each, and serves at that port of 127.0.0.1 over UDP and TCP until its standard input ends. Whoever asks
them validates by itself: what they make of a signed answer must be noticed, and what they make of none must never count as "absent".
"""

import os
import re
import socket
import struct
import sys
import threading
import time

A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, RRSIG, NSEC, NSEC3, TLSA = 1, 2, 5, 6, 12, 15, 16, 28, 46, 47, 50, 52
TRUNCATED, AUTHENTIC = 0x0200, 0x0020
SERVFAIL, NXDOMAIN, REFUSED = 2, 3, 5
TRAP = bytes([127, 26, 0, 1])


class Message:
    """A DNS message whose records can be left out and changed: names are written out in full."""

    def __init__(self, octets):
        self.identity, self.flags, asked, *counts = struct.unpack("!6H", octets[:12])
        self.octets, self.place = octets, 12
        self.name = self.read_name()
        self.kind, = struct.unpack("!H", octets[self.place:self.place + 2])
        self.question = self.name + octets[self.place:self.place + 4]
        self.place += 4
        self.sections = [[self.read_record() for _ in range(count)] for count in counts]

    def read_name(self):
        labels, at, ends_at = b"", self.place, None
        while length := self.octets[at]:
            if length >= 0xC0:
                ends_at = ends_at or at + 2
                at = struct.unpack("!H", self.octets[at:at + 2])[0] & 0x3FFF
            else:
                labels += self.octets[at:at + 1 + length]
                at += 1 + length
        self.place = ends_at or at + 1
        return labels + b"\0"

    def read_record(self):
        owner = self.read_name()
        kind, rest, length = struct.unpack("!H6sH", self.octets[self.place:self.place + 10])
        self.place += 10
        end, data = self.place + length, self.octets[self.place:self.place + length]
        if kind in (NS, CNAME, PTR):
            data = self.read_name()
        elif kind == MX:
            self.place += 2
            data = data[:2] + self.read_name()
        elif kind == SOA:
            data = self.read_name() + self.read_name() + data[-20:]
        self.place = end
        return owner, kind, rest, data

    def write(self):
        records = b"".join(
            owner + struct.pack("!H6sH", kind, rest, len(data)) + data
            for section in self.sections for owner, kind, rest, data in section)
        return struct.pack("!6H", self.identity, self.flags, 1, *map(len, self.sections)) + self.question + records

    def says(self, code):
        """Nothing but a code: what is known of the question is left out."""
        self.flags = self.flags & 0xFFF0 | code
        self.sections = [[], [], []]
        return self


class Resolver:
    """Passes on what it hears."""

    def bend(self, message, is_tcp):
        """The message to send. None for silence."""
        return message

    def packets(self, octets):
        """What goes out for an answer over UDP."""
        return [octets]

    def stream(self, octets):
        """What goes out for an answer over TCP, in pieces; between them passes half a second."""
        return [struct.pack("!H", len(octets)) + octets]


class PassesOn(Resolver):
    """The measure of the others."""


class StripsSignatures(Resolver):
    """Leaves every signature and every proof out."""

    def bend(self, message, is_tcp):
        message.sections = [
            [record for record in section if record[1] not in (RRSIG, NSEC, NSEC3)] for section in message.sections]
        return message


class ClaimsAuthentic(StripsSignatures):
    """The same, with the AD bit that a stub might believe."""

    def bend(self, message, is_tcp):
        message.flags |= AUTHENTIC
        return super().bend(message, is_tcp)


class DeniesTlsa(Resolver):
    """Says that there are no TLSA records, as who wants DANE out of the way, without a proof."""

    def bend(self, message, is_tcp):
        return message.says(NXDOMAIN) if message.kind == TLSA else message


class DeniesTexts(Resolver):
    """The same of TXT records, and with them of MTA-STS."""

    def bend(self, message, is_tcp):
        return message.says(NXDOMAIN) if message.kind == TXT else message


class DeniesAll(Resolver):
    """Says of every name that there is none."""

    def bend(self, message, is_tcp):
        return message.says(NXDOMAIN)


class DeniesQuietly(Resolver):
    """The same as records that the name does not have."""

    def bend(self, message, is_tcp):
        return message.says(0)


class DeniesBelowTheRoot(Resolver):
    """Says of every name but the root that there is none."""

    def bend(self, message, is_tcp):
        return message.says(NXDOMAIN) if message.name != b"\0" else message


class LeadsAstray(Resolver):
    """Every IPv4 address is one where nobody may be led."""

    def bend(self, message, is_tcp):
        for section in message.sections:
            section[:] = [(*record[:3], TRAP) if record[1] == A else record for record in section]
        return message


class AddsRecords(Resolver):
    """Adds what nobody asked for: other servers of the same name, other addresses, TLSA records that match nothing."""

    def bend(self, message, is_tcp):
        rest = struct.pack("!HI", 1, 3600)
        message.sections[1] += [(message.name, NS, rest, b"\2ns\4evil\0")]
        message.sections[2] = [
            (b"\2ns\4evil\0", A, rest, TRAP), (b"\2mx" + message.name, A, rest, TRAP),
            (b"\3_25\4_tcp\2mx" + message.name, TLSA, rest, b"\3\1\1" + bytes(32))] + message.sections[2]
        return message


class FailsAlways(Resolver):
    """SERVFAIL."""

    def bend(self, message, is_tcp):
        return message.says(SERVFAIL)


class RefusesAlways(Resolver):
    """REFUSED."""

    def bend(self, message, is_tcp):
        return message.says(REFUSED)


class NeverAnswers(Resolver):
    """Silence."""

    def bend(self, message, is_tcp):
        return None


class AnswersLate(Resolver):
    """Thinks for a second."""

    def bend(self, message, is_tcp):
        time.sleep(1)
        return message


class AnswersOthers(Resolver):
    """Answers with the identity of another question."""

    def bend(self, message, is_tcp):
        message.identity ^= 0x5555
        return message


class AnswersElse(Resolver):
    """Answers another question than was asked."""

    def bend(self, message, is_tcp):
        message.question = b"\5other" + message.question
        return message


class SendsGarbage(Resolver):
    """The head of an answer, and octets of chance behind it."""

    def packets(self, octets):
        return [octets[:12] + os.urandom(500)]

    def stream(self, octets):
        return super().stream(octets[:12] + os.urandom(60_000))


class CutsOff(Resolver):
    """Answers end in the middle of a record, and say that they are whole."""

    def packets(self, octets):
        return [octets[:len(octets) * 2 // 3]]

    def stream(self, octets):
        return super().stream(octets[:len(octets) * 2 // 3])


class TruncatesForEver(Resolver):
    """Every answer is cut short, over TCP, too."""

    def bend(self, message, is_tcp):
        message.sections = [[], [], []]
        message.flags |= TRUNCATED
        return message


class SendsToStreams(Resolver):
    """Sends everybody to TCP, where nothing is wrong."""

    def bend(self, message, is_tcp):
        return message if is_tcp else TruncatesForEver().bend(message, is_tcp)


class SilentStreams(SendsToStreams):
    """Nothing over TCP."""

    def bend(self, message, is_tcp):
        return None if is_tcp else super().bend(message, is_tcp)


class LyingLengths(SendsToStreams):
    """Says over TCP that more comes than does."""

    def stream(self, octets):
        return [b"\xff\xff" + octets]


class DripsStreams(SendsToStreams):
    """An octet every half second over TCP."""

    def stream(self, octets):
        return [bytes([octet]) for octet in struct.pack("!H", len(octets)) + octets]


class FloodsStreams(SendsToStreams):
    """The same answer 20,000 times over TCP."""

    def stream(self, octets):
        return [super().stream(octets)[0] * 20_000]


class FloodsPackets(Resolver):
    """Every answer comes 2,000 times."""

    def packets(self, octets):
        return [octets] * 2_000


class AddsTexts(SendsToStreams):
    """Fills every answer to the 65,535 octets that there can be."""

    def bend(self, message, is_tcp):
        if not is_tcp:
            return super().bend(message, is_tcp)
        text = bytes([255]) + b"\x1b[2J" + b"x" * 251
        room = 65_000 - len(message.write())
        message.sections[2] = [(b"\0", TXT, struct.pack("!HI", 1, 0), text)] * (room // 280) + message.sections[2]
        return message


class Server:
    """Serves one resolver."""

    def __init__(self, resolver, upstream):
        self.resolver, self.upstream = resolver, upstream
        # The kernel's choice for UDP need not be free for TCP.
        while True:
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.socket.bind(("127.0.0.1", 0))
            try:
                self.listener = socket.create_server(self.socket.getsockname(), backlog=64)
                break
            except OSError:
                self.socket.close()

    @property
    def name(self):
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(self.resolver).__name__).lower()

    @property
    def port(self):
        return self.socket.getsockname()[1]

    def serve(self):
        for work in (self.answer_packets, self.answer_streams):
            threading.Thread(target=work, daemon=True).start()

    def bent(self, query, is_tcp):
        """Asks upstream over TCP, so that what is bent is whole."""
        with socket.create_connection(self.upstream, 20) as asked, asked.makefile("rb") as reader:
            asked.sendall(struct.pack("!H", len(query)) + query)
            length, = struct.unpack("!H", reader.read(2))
            answer = self.resolver.bend(Message(reader.read(length)), is_tcp)
        return answer and answer.write()

    def answer_packets(self):
        while True:
            query, client = self.socket.recvfrom(65_535)
            threading.Thread(target=self.answer_packet, args=(query, client), daemon=True).start()

    def answer_packet(self, query, client):
        try:
            for packet in self.resolver.packets(answer) if (answer := self.bent(query, False)) else ():
                self.socket.sendto(packet, client)
        except (OSError, IndexError, struct.error):
            pass  # no query, or more than a packet can have: silence

    def answer_streams(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.answer_stream, args=(connection,), daemon=True).start()

    def answer_stream(self, connection):
        with connection, connection.makefile("rb") as reader:
            try:
                while len(length := reader.read(2)) == 2:
                    if answer := self.bent(reader.read(struct.unpack("!H", length)[0]), True):
                        for number, piece in enumerate(self.resolver.stream(answer)):
                            time.sleep(0.5 if number else 0)
                            connection.sendall(piece)
            except (OSError, IndexError, struct.error):
                pass


def kinds(base=Resolver):
    for each in base.__subclasses__():
        yield each
        yield from kinds(each)


def main(address, port):
    for kind in kinds():
        server = Server(kind(), (address, int(port)))
        server.serve()
        print(server.name, server.port, flush=True)
    print(flush=True)
    sys.stdin.read()


main(*sys.argv[1:])
