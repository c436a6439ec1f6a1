"""Certificates that no authority would issue, made when they are first asked for: DER by hand, signed by the lab's intermediate.

They are current, and their path is good: what is hostile is in their names, their extensions or their number.
"""

import base64
import hashlib
import ssl
import threading
import time

from ecdsa import NIST256p, SigningKey
from ecdsa.util import sigencode_der
from obsolete import Obsolete
from server import Server
from tlslite.api import X509CertChain, parsePEMKey


def der(tag, *parts):
    """One element of DER: tag, length, contents. X.690, section 8.1."""
    body = b"".join(parts)
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (length if len(body) < 128 else bytes([0x80 | len(length)]) + length) + body


def sequence(*parts):
    return der(0x30, *parts)


def extension(oid, value, critical=False):
    return sequence(der(6, oid), *([der(1, b"\xff")] if critical else []), der(4, value))


def name(common_name):
    return sequence(der(0x31, sequence(der(6, b"\x55\x04\x03"), der(12, common_name))))


def subject_names(names):
    """The value of a subjectAltName extension with these DNS names, whatever they hold. RFC 5280, section 4.2.1.6."""
    return sequence(*(der(0x82, each) for each in names))


def instant(days):
    return der(0x17, time.strftime("%y%m%d%H%M%SZ", time.gmtime(time.time() + 86400 * days)).encode())


def issue(pki, common_name, extensions):
    """A leaf with these EXTENSIONS, its key and the intermediate, in PEM."""
    with open(f"{pki}/intermediate.key") as file:
        authority = SigningKey.from_pem(file.read())
    with open(f"{pki}/intermediate.crt") as file:
        intermediate = file.read()
    key = SigningKey.generate(curve=NIST256p)
    algorithm = sequence(der(6, b"\x2a\x86\x48\xce\x3d\x04\x03\x02"))  # ecdsa-with-SHA256
    body = sequence(
        der(0xA0, der(2, b"\x02")), der(2, b"\x01" + hashlib.sha256(common_name).digest()[:15]), algorithm,
        name(b"mailgrade lab intermediate"), sequence(instant(-1), instant(90)), name(common_name),
        key.verifying_key.to_der(), der(0xA3, sequence(*extensions)))
    signature = authority.sign_deterministic(body, hashfunc=hashlib.sha256, sigencode=sigencode_der)
    return key.to_pem().decode() + pem(sequence(body, algorithm, der(3, b"\0", signature))) + intermediate


def pem(certificate):
    return f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(certificate).decode()}-----END CERTIFICATE-----\n"


class HostileCertificate(Server):
    """What the others share: a leaf for the host, and nothing hostile about it."""

    common_name = b"mx"

    def __init__(self, address, host, domain, pki):
        super().__init__(address, host, domain, pki)
        self.pki, self.lock, self.is_made = pki, threading.Lock(), False

    def names(self):
        return [self.host.encode()]

    def extensions(self):
        return [
            extension(b"\x55\x1d\x13", sequence(), critical=True),  # basicConstraints: no authority
            extension(b"\x55\x1d\x0f", der(3, b"\x07\x80"), critical=True),  # keyUsage: digitalSignature
            extension(b"\x55\x1d\x25", sequence(der(6, b"\x2b\x06\x01\x05\x05\x07\x03\x01"))),  # extKeyUsage: serverAuth
            extension(b"\x55\x1d\x11", subject_names(self.names())),
        ]

    def further(self):
        """What is sent behind the intermediate, in PEM."""
        return ""

    def handshake(self, client):
        with self.lock:
            if not self.is_made:
                self.present(issue(self.pki, self.common_name, self.extensions()) + self.further())
                self.is_made = True
        super().handshake(client)

    def present(self, chain):
        """Shows this from now on: a key and certificates in PEM."""
        file = f"{self.pki}/{self.host}.hostile.pem"
        with open(file, "w") as made:
            made.write(chain)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(file)


class EighteenThousandNames(HostileCertificate):
    """18,000 names, the host's own behind them all."""

    def names(self):
        return [f"host-{number}.{self.domain}".encode() for number in range(18_000)] + super().names()


class ThreeThousandNames(HostileCertificate):
    """As many names as OpenSSL's own limit of 100 KB lets through, the host's own behind them all."""

    def names(self):
        return [f"{number}.{self.domain}".encode() for number in range(3_000)] + super().names()


class NulInName(HostileCertificate):
    """The host's name, NUL, and the domain of somebody else: to who reads it as C does it is the host's."""

    def names(self):
        return [self.host.encode() + b"\0.elsewhere.test"]

    @property
    def common_name(self):
        return self.host.encode() + b"\0.elsewhere.test"


class AnsiInName(HostileCertificate):
    """Control sequences for a terminal, beside the host's own name."""

    common_name = b"\x1b]0;owned\x07\x1b[2J\x1b[1;32mGrade: A+\x1b[0m\r\n\xc2\x9b5m"

    def names(self):
        return super().names() + [b"\x1b[2J\x1b[31m.test", b"line\r\nline.test", b"\x9b5m.test"]


class BidiInName(HostileCertificate):
    """Letters that turn the direction of text around, and letters without width, beside the host's own name."""

    common_name = "\u202etset.live\u202c\u2066\u200b\ufeff\u2069".encode()

    def names(self):
        return super().names() + ["\u202egro.elpmaxe\u202c.test".encode(), "a\u200b\u2066b\u2069.test".encode()]


class EndlessMarksInName(HostileCertificate):
    """One letter, and 20,000 marks upon it."""

    common_name = ("e" + "\u0301" * 20_000).encode()


class TwoThousandCertificates(HostileCertificate):
    """2,000 certificates behind the leaf, no two alike."""

    def further(self):
        with open(f"{self.pki}/intermediate.crt") as file:
            certificate = ssl.PEM_cert_to_DER_cert(file.read())
        # The serial number is not far from the beginning: tbsCertificate, version, then it.
        at = certificate.index(b"\xa0\x03\x02\x01\x02\x02") + 7
        return "".join(
            pem(certificate[:at + 4] + number.to_bytes(4, "big") + certificate[at + 8:]) for number in range(2_000))


class MalformedExtensions(HostileCertificate, Obsolete):
    """Extensions that are no DER, or not what they say, a critical one that nobody knows among them."""

    versions = (3, 3), (3, 4)
    ciphers = ["aes128gcm", "chacha20-poly1305"]
    exchanges = ["ecdhe_ecdsa"]

    def present(self, chain):
        # OpenSSL does not serve what it cannot read; tlslite-ng does.
        self.chain, self.key = X509CertChain(), parsePEMKey(chain, private=True)
        self.chain.parsePemList(chain)

    def extensions(self):
        return [
            extension(b"\x55\x1d\x13", b"\x30\x84\xff\xff\xff\xff"),
            extension(b"\x55\x1d\x0f", b"\x03\x00"),
            extension(b"\x55\x1d\x25", b"\x30\x80\x06"),
            extension(b"\x55\x1d\x11", b"\x30\x20\x82\x7f" + self.host.encode()),
            extension(b"\x2b\x06\x01\x05\x05\x07\x01\x01", b"\xff" * 300),  # authorityInfoAccess
            extension(b"\x2a\x03\x04", b"", critical=True),
        ]
