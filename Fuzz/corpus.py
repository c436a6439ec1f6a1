#!/usr/bin/env python3
"""Writes a few well-formed flights for the fuzzer to start from. Usage: corpus.py FOLDER"""

import pathlib
import sys


def vector(octets, content):
    return len(content).to_bytes(octets, "big") + content


def message(kind, body):
    return bytes([kind]) + vector(3, body)


def record(kind, content):
    return bytes([kind, 3, 3]) + vector(2, content)


RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")


def server_hello(suite, extensions=b"", random=bytes(32)):
    return message(2, b"\3\3" + random + b"\0" + suite.to_bytes(2, "big") + b"\0" + vector(2, extensions))


CERTIFICATES = message(11, vector(3, vector(3, b"leaf") + vector(3, b"issuer")))
STATUS = message(22, b"\1" + vector(3, b"staple"))
CURVE_KEY = message(12, b"\3\0\x1d" + vector(1, b"point") + b"\x08\x04" + vector(2, b"signature"))
FIELD_KEY = message(12, vector(2, b"\xff" * 32) + vector(2, b"\2") + vector(2, b"y") + b"\4\1" + vector(2, b"signature"))
DONE = message(14, b"")
RENEGOTIATION = b"\xff\1\0\1\0"

FLIGHTS = {
    "curve": record(22, server_hello(0xC02F, RENEGOTIATION) + CERTIFICATES + STATUS + CURVE_KEY + DONE),
    "field": record(22, server_hello(0x0033) + CERTIFICATES) + record(22, FIELD_KEY + DONE),
    "export": record(22, server_hello(0x0003) + message(12, vector(2, b"\xff" * 64) + vector(2, b"\3")) + DONE),
    "psk": record(22, server_hello(0x00AA) + message(12, vector(2, b"hint") + vector(2, b"p") + vector(2, b"g") + vector(2, b"y"))),
    "retry": record(22, server_hello(0x1301, b"\0\x2b\0\2\3\4\0\x33\0\2\0\x1d", RETRY)) + record(20, b"\1"),
    "alert": record(21, b"\2\x28"),
    "warned": record(21, b"\1\x70") + record(22, server_hello(0x002F) + CERTIFICATES + DONE),
}
SSL2 = b"\4\0\1\0\2\0\3\0\6\0\2" + b"abc" + b"\1\0\x80\7\0\xc0" + b"id"

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for name, flight in FLIGHTS.items():
    for control in (0x0B, 0x04, 0x02, 0x7E):
        (folder / f"{name}-{control:02x}").write_bytes(bytes([control]) + flight)
(folder / "ssl2").write_bytes(b"\x82" + bytes([0x80, len(SSL2)]) + SSL2)
