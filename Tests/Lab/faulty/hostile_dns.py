"""A name server that means harm, for the zones with dnssec=hostile: the first label of the zone says what it does.

    python3 hostile_dns.py ADDRESS SILENT-ADDRESS SERVERS TRAP TRAP-ADDRESS…

It speaks for no other zone, signs nothing, and answers whatever it is asked, over UDP and TCP. SERVERS has the addresses of the mail
servers that these zones really have, in lines "ADDRESS HOST …". Whoever comes to port 25 or 443 of a TRAP-ADDRESS, where nobody may be
led, is written into the file TRAP. At SILENT-ADDRESS it is the same: resolvers share connections to one address, so that who never
answers on one has an address alone. It is a process of its own, so that the floods of the others do not keep it from answering.
"""

import itertools
import re
import socket
import struct
import sys
import threading

A, CNAME, SOA, MX, TXT, AAAA, NS = 1, 5, 6, 15, 16, 28, 2
AUTHORITATIVE, TRUNCATED = 0x0400, 0x0200


def encode(name):
    labels = [label.encode("latin-1") for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def resource(owner, kind, data, ttl=0):
    return encode(owner) + struct.pack("!HHIH", kind, 1, ttl, len(data)) + data


def address(text):
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


class Question:
    """What was asked."""

    def __init__(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode("latin-1"))
            at += 1 + query[at]
        self.query, self.text, self.name = query, query[12:at + 5], ".".join(labels).lower()
        self.kind = struct.unpack("!H", query[at + 1:at + 3])[0]

    def answer(self, records=(), authority=(), flags=AUTHORITATIVE):
        identity, asked = struct.unpack("!HH", self.query[:4])
        counts = struct.pack("!HHHHHH", identity, 0x8000 | flags | asked & 0x0100, 1, len(records), len(authority), 0)
        return counts + self.text + b"".join(records) + b"".join(authority)


class Zone:
    """A zone with one mail server, mx, and nothing wrong with it."""

    def __init__(self, name, servers):
        self.name = name
        # Where the lab has servers for this zone, in the order of domains-hostile.sh.
        self.servers = [where for where, host in servers if host == f"mx.{name}"]

    def records(self, question):
        if question.name == self.name and question.kind == MX:
            return [resource(self.name, MX, struct.pack("!H", 10) + encode(f"mx.{self.name}"))]
        if question.name == f"mx.{self.name}" and question.kind == A:
            return [resource(question.name, A, address(where)) for where in self.servers]
        return []

    def authority(self):
        data = encode("ns.test") + encode("hostmaster.test") + struct.pack("!IIIII", 1, 3600, 600, 86400, 0)
        return [resource(self.name, SOA, data)]

    def answer(self, question, is_tcp):
        records = self.records(question)
        whole = question.answer(records, () if records else self.authority())
        return whole if is_tcp or len(whole) <= 1200 else question.answer(flags=AUTHORITATIVE | TRUNCATED)


class DnsAliasLoop(Zone):
    """The mail server is an alias of an alias of itself."""

    def records(self, question):
        label = question.name.removesuffix("." + self.name)
        following = {"mx": "one", "one": "two", "two": "one"}.get(label)
        if following:
            return [resource(question.name, CNAME, encode(f"{following}.{self.name}"))]
        return super().records(question)


class DnsAliasesWithoutEnd(Zone):
    """Every name is an alias of the next."""

    def records(self, question):
        if question.name == self.name:
            return super().records(question)
        label = question.name.split(".")[0]
        number = int(label[1:]) if label[1:].isdigit() else 0
        return [resource(question.name, CNAME, encode(f"x{number + 1}.{self.name}"))]


class DnsReferralLoop(Zone):
    """Refers questions about the mail server to a name server further down, whose address only that would know."""

    def answer(self, question, is_tcp):
        if question.name == self.name:
            return super().answer(question, is_tcp)
        return question.answer((), [resource(question.name, NS, encode(f"ns.{question.name}"), 60)], flags=0)


class DnsPointerLoop(Zone):
    """Names that point at themselves. RFC 1035, section 4.1.4."""

    def answer(self, question, is_tcp):
        at = 12 + len(question.text)
        owner = struct.pack("!H", 0xC000 | at)
        return question.answer([owner + struct.pack("!HHIH", question.kind, 1, 0, 4) + b"\0\x0a" + owner])


class DnsTruncationLoop(Zone):
    """Every answer is cut short, over TCP, too."""

    def answer(self, question, is_tcp):
        return question.answer(flags=AUTHORITATIVE | TRUNCATED)


class DnsTruncationSilence(Zone):
    """Every answer over UDP is cut short, and nothing comes over TCP."""

    def answer(self, question, is_tcp):
        return None if is_tcp else question.answer(flags=AUTHORITATIVE | TRUNCATED)


class DnsCrowd(Zone):
    """500 MX hosts of 20 addresses each: the best is a mail server, and nobody listens at the others."""

    def records(self, question):
        if question.name == self.name and question.kind == MX:
            return [
                resource(self.name, MX, struct.pack("!H", 10 + number) + encode(f"mx{number or ''}.{self.name}"))
                for number in range(500)]
        label = question.name.removesuffix("." + self.name)
        if question.kind == A and label.startswith("mx") and label[2:].isdigit():
            first = int(label[2:]) * 20
            return [
                resource(question.name, A, bytes([127, 25, 100 + each // 250, 1 + each % 250]))
                for each in range(first, first + 20)]
        return super().records(question)


class DnsInward(Zone):
    """The mail server has an address of its own, and others that lead into the network of who asks; so has the policy host."""

    inward = ["127.26.0.1", "127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.0.1", "0.0.0.0"]
    inward_6 = ["::1", "::ffff:127.26.0.1", "64:ff9b::7f1a:1", "2002:7f1a:1::1", "fe80::1", "fc00::1"]

    def records(self, question):
        if question.name == f"_mta-sts.{self.name}" and question.kind == TXT:
            return [resource(question.name, TXT, b"\x0ev=STSv1; id=1;")]
        if question.name in (f"mx.{self.name}", f"mta-sts.{self.name}"):
            if question.kind == AAAA:
                return [resource(question.name, AAAA, address(where)) for where in self.inward_6]
            if question.kind == A:
                own = self.servers if question.name.startswith("mx.") else []
                return [resource(question.name, A, address(where)) for where in own + self.inward]
        return super().records(question)


class DnsRebinding(Zone):
    """The address of the mail server leads outside when it is asked for first, and inward ever after; it may not be kept."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.count = itertools.count()

    def records(self, question):
        if question.name == f"mx.{self.name}" and question.kind == A and next(self.count):
            return [resource(question.name, A, address(where)) for where in ("127.26.0.1", "127.0.0.1")]
        return super().records(question)


class DnsLongTexts(Zone):
    """60 KB of TXT records wherever a policy is looked for, with control sequences in them."""

    def records(self, question):
        if question.kind == TXT:
            text = b"v=STSv1; id=\x1b[2J\xe2\x80\xae" if "mta-sts" in question.name else b"v=TLSRPTv1; rua=mailto:\x1b[2J"
            return [resource(question.name, TXT, bytes([250]) + text.ljust(247) + b"%3d" % number) for number in range(200)]
        return super().records(question)


class DnsControlNames(Zone):
    """MX hosts with control sequences, dots and NUL octets inside their labels, beside a good one."""

    def records(self, question):
        if question.name == self.name and question.kind == MX:
            labels = [b"\x1b[2J\x1b]0;owned\x07", b"a.b", b"nul\0nul", b"\xe2\x80\xaetset", b" ", b"\r\n"]
            return super().records(question) + [
                resource(self.name, MX, struct.pack("!H", 20) + bytes([len(label)]) + label + encode(self.name))
                for label in labels]
        return super().records(question)


class HostileNameServer:
    """Answers for the zones above, each by the name of its class: DnsAliasLoop is dns-alias-loop.test."""

    def __init__(self, where, servers):
        names = {self.zone_of(each): each for each in Zone.__subclasses__()}
        self.where, self.zones = where, {name: zone(name, servers) for name, zone in names.items()}

    @staticmethod
    def zone_of(each):
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", each.__name__).lower() + ".test"

    def serve(self):
        packets = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        packets.bind((self.where, 53))
        streams = socket.create_server((self.where, 53), backlog=64)
        threading.Thread(target=self.answer_streams, args=(streams,), daemon=True).start()
        self.answer_packets(packets)

    def answer(self, query, is_tcp):
        question = Question(query)
        zone = ".".join(question.name.split(".")[-2:])
        if zone not in self.zones:
            return question.answer(flags=5)  # REFUSED
        return self.zones[zone].answer(question, is_tcp)

    def answer_packets(self, packets):
        while True:
            query, client = packets.recvfrom(4096)
            try:
                answer = self.answer(query, False)
            except (IndexError, struct.error):
                continue  # no query
            if answer:
                packets.sendto(answer, client)

    def answer_streams(self, streams):
        while True:
            connection, _ = streams.accept()
            threading.Thread(target=self.answer_stream, args=(connection,), daemon=True).start()

    def answer_stream(self, connection):
        with connection, connection.makefile("rb") as reader:
            connection.settimeout(60)
            try:
                while len(length := reader.read(2)) == 2:
                    answer = self.answer(reader.read(struct.unpack("!H", length)[0]), True)
                    if answer is not None:
                        connection.sendall(struct.pack("!H", len(answer)) + answer)
            except (OSError, IndexError, struct.error):
                pass


class Trap:
    """Listens where nobody may be led: who comes is written down, and turned away."""

    def __init__(self, file, address, port):
        self.file, self.place = file, (address, port)

    def listen(self):
        listener = socket.create_server(self.place, backlog=64)
        threading.Thread(target=self.write_down, args=(listener,), daemon=True).start()

    def write_down(self, listener):
        while True:
            connection, _ = listener.accept()
            connection.close()
            with open(self.file, "a") as file:
                print(*self.place, file=file)


def main(address, silent_address, servers, trap, *trap_addresses):
    with open(servers) as file:
        places = [line.split()[:2] for line in file]
    for each in trap_addresses:
        Trap(trap, each, 25).listen()
        Trap(trap, each, 443).listen()
    silent = HostileNameServer(silent_address, places)
    threading.Thread(target=silent.serve, daemon=True).start()
    HostileNameServer(address, places).serve()


main(*sys.argv[1:])
