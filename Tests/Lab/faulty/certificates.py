"""Servers that do not show everybody the same certificate. Their second one is HOST.rsa.pem, of cert=dual and the like."""

import itertools
import ssl

from server import Server


class OtherCertificate(Server):
    """What the others share: a context with the second certificate."""

    def __init__(self, address, host, domain, pki):
        super().__init__(address, host, domain, pki)
        self.other = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.other.load_cert_chain(f"{pki}/{host}.rsa.pem")


class TwoCertificates(OtherCertificate):
    """Shows another certificate on every second connection, as two machines behind one address do."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.contexts = itertools.cycle([self.tls, self.other])

    def handshake(self, client):
        client.start_tls(next(self.contexts))


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


class NameRefused(Server):
    """Refuses its own name, and works without SNI."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.tls.sni_callback = self.refuse

    def refuse(self, _connection, name, _context):
        return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME if name == self.host else None
