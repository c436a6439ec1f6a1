/// The one door to the network: everything a probe may use. Tests put scripted clients here.
public struct Wire: Sendable {
    /// Looks names up.
    public var dns: any DNSClient
    /// Talks to mail servers.
    public var smtp: any SMTPClient
    /// Fetches single resources over HTTPS.
    public var https: any HTTPSClient
    /// Compares certificates with TLSA records; opens no connection.
    public var pki: any CertificateVerifier
    /// Counts the connections that were opened.
    public var ledger: ConnectionLedger

    /// A wire made of its clients; without an HTTPS client every request fails on our side, and without a verifier every
    /// comparison.
    public init(
        dns: any DNSClient, smtp: any SMTPClient, https: any HTTPSClient = NoHTTPSClient(),
        pki: any CertificateVerifier = NoCertificateVerifier(), ledger: ConnectionLedger = ConnectionLedger()
    ) {
        self.dns = dns
        self.smtp = smtp
        self.https = https
        self.pki = pki
        self.ledger = ledger
    }
}

/// How many connections were opened to each address in a run; the clients keep it.
public final class ConnectionLedger: Sendable {
    private let counts = Locked<[IPAddress: Int]>([:])

    /// An empty ledger.
    public init() {}

    /// Notes one more connection attempt.
    public func opened(to address: IPAddress) {
        counts.withLock { $0[address, default: 0] += 1 }
    }

    /// The connections per address so far.
    public var connections: [IPAddress: Int] { counts.withLock { $0 } }
}
