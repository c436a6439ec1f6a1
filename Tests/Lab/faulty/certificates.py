"""Servers that do not show everybody the same certificate. Their second one is HOST.other.pem, of cert=pair and the like."""

import itertools
import ssl

from server import Server


class OtherCertificate(Server):
    """What the others share: a context with the second certificate."""

    def __init__(self, address, host, domain, pki):
        super().__init__(address, host, domain, pki)
        self.other = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.other.load_cert_chain(f"{pki}/{host}.other.pem")


class TwoCertificates(OtherCertificate):
    """Shows another certificate after every handshake, as two machines behind one address do by turns.

    Hellos that lead to no handshake take no turn: how many of them come in between is a matter of timing.
    """

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.turns = itertools.cycle([self.other, self.tls])
        self.turn = self.tls

    def handshake(self, client):
        client.start_tls(self.turn)
        self.turn = next(self.turns)


class OtherWithoutName(OtherCertificate):
    """Shows another certificate to senders that send no SNI."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.other.sni_callback = self.choose

    def choose(self, connection, name, _):
        if name is not None:
            connection.context = self.tls

    def handshake(self, client):
        client.start_tls(self.other)
