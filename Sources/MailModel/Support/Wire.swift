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
    private struct Waiting {
        var listener: (@Sendable (ConnectionWait) -> Void)?
        var last: [IPAddress: ConnectionWait] = [:]
    }

    private let counts = Locked<[IPAddress: Int]>([:])
    private let signs = Locked<[IPAddress: String]>([:])
    private let waiting = Locked(Waiting())

    /// An empty ledger.
    public init() {}

    /// Notes one more connection attempt.
    public func opened(to address: IPAddress) {
        counts.withLock { $0[address, default: 0] += 1 }
    }

    /// The connections per address so far.
    public var connections: [IPAddress: Int] { counts.withLock { $0 } }

    /// Notes how an address turned us away; nil where it did not, the last time.
    package func turnedAway(_ address: IPAddress, sign: String?) {
        signs.withLock { $0[address] = sign }
    }

    /// The addresses that turned us away the last time, with how.
    package var turnedAway: [IPAddress: String] { signs.withLock { $0 } }

    /// Calls the listener with every wait from now on, each once, however many connections wait for the same instant.
    package func whenWaiting(_ listener: @escaping @Sendable (ConnectionWait) -> Void) {
        waiting.withLock { $0.listener = listener }
    }

    /// Notes that a connection waits before it begins.
    package func waits(_ wait: ConnectionWait) {
        let listener = waiting.withLock { waiting in
            guard waiting.last[wait.address]?.end != wait.end else {
                return nil as (@Sendable (ConnectionWait) -> Void)?
            }
            waiting.last[wait.address] = wait
            return waiting.listener
        }
        listener?(wait)
    }
}

/// A wait before the next connection to an address, for the sake of the server.
package struct ConnectionWait: Sendable, Hashable {
    /// The address.
    package var address: IPAddress
    /// How long it takes from now on.
    package var duration: Duration
    /// When it is over.
    package var end: ContinuousClock.Instant
    /// How the server turned us away; nil where connections are merely kept apart.
    package var sign: String?

    /// A wait.
    package init(_ address: IPAddress, for duration: Duration, until end: ContinuousClock.Instant, sign: String?) {
        self.address = address
        self.duration = duration
        self.end = end
        self.sign = sign
    }
}
