"""Mail servers (and policy hosts) that are wrong in one way each, one address per server.

    python3 faulty SERVERS PKI SERVFAIL-ADDRESS

SERVERS is a file of lines "ADDRESS HOST DOMAIN FAULT", where FAULT is the name of a class in words with hyphens. PKI
is a folder with HOST.pem. At SERVFAIL-ADDRESS a DNS server answers SERVFAIL to everything.
"""

import re
import socket
import struct
import sys

# The subclasses of Server.
import certificates, ehlo, greeting, https, inside, obsolete, recipients, starttls, steps, turns  # noqa: E401, F401
import hostile_certificates, hostile_https, hostile_smtp, hostile_tls  # noqa: E401, F401
from server import Server


def main(servers, pki, servfail_address):
    known, running = faults(), []
    with open(servers) as file:
        for line in file:
            address, host, domain, fault = line.split()
            if fault not in known:
                sys.exit(f"there is no fault {fault}; there are {', '.join(sorted(known))}")
            running.append(known[fault](address, host, domain, pki))
            running[-1].listen()
    answer_servfail(servfail_address)


def faults(base=Server):
    """Every fault by its name in words: SilentGreeting is silent-greeting, Greeting421Once is greeting-421-once."""
    found = {re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=[0-9])", "-", base.__name__).lower(): base}
    for subclass in base.__subclasses__():
        found |= faults(subclass)
    return found


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


main(*sys.argv[1:])
