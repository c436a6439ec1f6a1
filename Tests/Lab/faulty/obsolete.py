"""What nobody should speak any more: SSL 2.0 and 3.0, RC4, DES, 3DES, NULL and export suites.

Most of it is tlslite-ng's, a real implementation of TLS. No implementation that is still kept speaks SSL 2.0, export
suites or single DES; what answers those here knows the first reply of the handshake and nothing else.
"""

import socket

from hello import read_hello
from server import Server
from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey
from tlslite.errors import BaseTLSException


class Obsolete(Server):
    """tlslite-ng with everything it has: SSL 3.0 to TLS 1.3, RC4, 3DES and NULL suites."""

    versions = (3, 0), (3, 4)
    ciphers = ["aes128gcm", "aes256gcm", "chacha20-poly1305", "aes128", "aes256", "3des", "rc4", "null"]
    exchanges = ["ecdhe_ecdsa", "ecdhe_rsa", "dhe_rsa", "rsa"]

    def __init__(self, address, host, domain, pki):
        super().__init__(address, host, domain, pki)
        with open(f"{pki}/{host}.pem") as file:
            pem = file.read()
        self.chain, self.key = X509CertChain(), parsePEMKey(pem, private=True)
        self.chain.parsePemList(pem)
        settings = HandshakeSettings()
        settings.minVersion, settings.maxVersion = self.versions
        settings.cipherNames, settings.keyExchangeNames = self.ciphers, self.exchanges
        settings.macNames = ["sha", "sha256", "sha384", "aead", "md5"]
        self.settings = settings.validate()
        self.tls = self

    def wrap_socket(self, connection, server_side):
        """As ssl.SSLContext does: a connection inside TLS."""
        inside = TLSConnection(connection)
        try:
            inside.handshakeServer(certChain=self.chain, privateKey=self.key, settings=self.settings)
        except BaseTLSException as failure:
            raise ConnectionAbortedError from failure
        inside.settimeout(300)
        return inside


class ObsoleteSsl3(Obsolete):
    """SSL 3.0 beside TLS 1.2."""

    versions = (3, 0), (3, 3)
    ciphers = ["aes128gcm", "aes128", "aes256"]
    exchanges = ["ecdhe_ecdsa", "ecdhe_rsa"]


class ObsoleteRc4(Obsolete):
    """RC4 and MD5 behind good suites."""

    versions = (3, 1), (3, 3)
    ciphers = ["aes128gcm", "aes128", "rc4"]
    exchanges = ["ecdhe_rsa", "rsa"]


class ObsoleteOnly(Obsolete):
    """RC4 and 3DES, and nothing that a current sender offers."""

    versions = (3, 1), (3, 3)
    ciphers = ["3des", "rc4"]
    exchanges = ["ecdhe_rsa", "rsa"]


class Obsolete3Des(Obsolete):
    """3DES behind good suites."""

    versions = (3, 3), (3, 4)
    ciphers = ["aes128gcm", "aes128", "3des"]
    exchanges = ["ecdhe_rsa"]


class ObsoleteNull(Obsolete):
    """Suites that do not encrypt, behind good ones."""

    versions = (3, 3), (3, 4)
    ciphers = ["aes128gcm", "null"]
    exchanges = ["ecdhe_rsa"]


class FirstReply(Server):
    """Answers a ClientHello with a ServerHello for one of `suites` where nothing better is offered: TLS 1.2 with a suite
    for the certificate, or TLS 1.3."""

    suites = set()
    better = {0x1301, 0x1302, 0x1303, 0xC009, 0xC00A, 0xC023, 0xC024, 0xC02B, 0xC02C, 0xCCA9}

    def handshake(self, client):
        hello = client.connection.recv(16384, socket.MSG_PEEK)
        version, offered = read_hello(hello)
        chosen = [suite for suite in offered if suite in self.suites]
        if not chosen or version >= 0x0303 and self.better.intersection(offered):
            return super().handshake(client)
        client.connection.recv(len(hello))
        client.send(server_hello(min(version, 0x0303), chosen[0]))
        raise ConnectionAbortedError


class FirstReplyExport(FirstReply):
    """TLS_RSA_EXPORT_WITH_RC4_40_MD5 and its like."""

    suites = {0x0003, 0x0006, 0x0008, 0x0014, 0x0017}


class FirstReplyDes(FirstReply):
    """TLS_RSA_WITH_DES_CBC_SHA, TLS_DHE_RSA_WITH_DES_CBC_SHA."""

    suites = {0x0009, 0x0015}


class FirstReplySsl2(Server):
    """Speaks SSL 2.0 with whoever asks for it so."""

    def handshake(self, client):
        hello = client.connection.recv(3, socket.MSG_PEEK)
        if not (len(hello) == 3 and hello[0] & 0x80 and hello[2] == 1):
            return super().handshake(client)
        client.connection.recv(16384)
        # SERVER-HELLO: no session, an X.509 certificate of no bytes, version 2, RC4 with MD5, 16 bytes of connection id.
        body = bytes([4, 0, 1, 0, 2, 0, 0, 0, 3, 0, 16]) + b"\x01\x00\x80" + bytes(16)
        client.send(bytes([0x80, len(body)]) + body)
        raise ConnectionAbortedError


def server_hello(version, suite):
    """A record with a ServerHello and a ServerHelloDone. RFC 5246, sections 7.4.1.3 and 7.4.5."""
    body = version.to_bytes(2, "big") + bytes(32) + b"\0" + suite.to_bytes(2, "big") + b"\0"
    messages = b"\x02" + len(body).to_bytes(3, "big") + body + b"\x0e\0\0\0"
    return b"\x16" + version.to_bytes(2, "big") + len(messages).to_bytes(2, "big") + messages
