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
    """Shows another certificate on every second connection, as two machines behind one address do."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.contexts = itertools.cycle([self.tls, self.other])

    def greet(self, client):
        client.context = next(self.contexts)
        super().greet(client)

    def handshake(self, client):
        client.start_tls(client.context)


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
