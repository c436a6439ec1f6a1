"""Mail servers (and policy hosts) that are wrong in one way each, one address per server.

    python3 faulty SERVERS PKI SERVFAIL-ADDRESS [HOSTILE-DNS-ADDRESS TRAP [TRAP-ADDRESS…]]

SERVERS is a file of lines "ADDRESS HOST DOMAIN FAULT", where FAULT is the name of a class in words with hyphens. PKI
is a folder with HOST.pem. At SERVFAIL-ADDRESS a DNS server answers SERVFAIL to everything, at HOSTILE-DNS-ADDRESS one
means harm (hostile_dns.py), and whoever comes to port 25 or 443 of a TRAP-ADDRESS is written into the file TRAP.
"""

import re
import socket
import struct
import sys

# The subclasses of Server.
import certificates, ehlo, greeting, https, inside, obsolete, recipients, starttls, steps, turns  # noqa: E401, F401
import hostile_certificates, hostile_dns, hostile_https, hostile_smtp, hostile_tls  # noqa: E401, F401
from server import Server


def main(servers, pki, servfail_address, hostile_address=None, trap=None, *trap_addresses):
    known, running = faults(), []
    with open(servers) as file:
        for line in file:
            address, host, domain, fault = line.split()
            if fault not in known:
                sys.exit(f"there is no fault {fault}; there are {', '.join(sorted(known))}")
            running.append(known[fault](address, host, domain, pki))
            running[-1].listen()
    if hostile_address:
        places = [(server.address, server.host) for server in running]
        hostile_dns.HostileNameServer(hostile_address, places, in_words).listen()
        for address in trap_addresses:
            hostile_dns.Trap(trap, address, 25).listen()
            hostile_dns.Trap(trap, address, 443).listen()
    answer_servfail(servfail_address)


def faults(base=Server):
    """Every fault by its name in words: SilentGreeting is silent-greeting, Greeting421Once is greeting-421-once."""
    found = {in_words(base): base}
    for subclass in base.__subclasses__():
        found |= faults(subclass)
    return found


def in_words(fault):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=[0-9])", "-", fault.__name__).lower()


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
