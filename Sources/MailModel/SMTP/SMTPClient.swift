/// How long each stage of a conversation may take.
public struct Waits: Hashable, Sendable {
    /// For the TCP connection.
    public var connect: Duration
    /// For the greeting. Servers may delay it to catch early talkers; RFC 5321, section 4.5.3.2.1 allows five minutes.
    public var greeting: Duration
    /// For the reply to a command.
    public var command: Duration
    /// For a TLS handshake.
    public var handshake: Duration
    /// For the reply to QUIT, which changes nothing any more; never longer than for another command.
    public var farewell: Duration

    /// The waits of a careful tester: 10 s, 30 s, 15 s, 15 s, 2 s.
    public init(
        connect: Duration = .seconds(10), greeting: Duration = .seconds(30), command: Duration = .seconds(15),
        handshake: Duration = .seconds(15), farewell: Duration = .seconds(2)
    ) {
        self.connect = connect
        self.greeting = greeting
        self.command = command
        self.handshake = handshake
        self.farewell = farewell
    }
}

extension Waits: Codable {
    private enum Key: String, CodingKey { case connect, greeting, command, handshake, farewell }

    /// Reads seconds.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func wait(_ key: Key) throws -> Duration {
            try Duration(read: try container.decode(Double.self, forKey: key), codingPath: container.codingPath + [key])
        }
        self.init(
            connect: try wait(.connect), greeting: try wait(.greeting), command: try wait(.command),
            handshake: try wait(.handshake))
        // Evidence of before 0.2 does not have it.
        if container.contains(.farewell) { farewell = try wait(.farewell) }
    }

    /// Writes seconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(connect.inSeconds, forKey: .connect)
        try container.encode(greeting.inSeconds, forKey: .greeting)
        try container.encode(command.inSeconds, forKey: .command)
        try container.encode(handshake.inSeconds, forKey: .handshake)
        if farewell != Waits().farewell { try container.encode(farewell.inSeconds, forKey: .farewell) }
    }
}

extension Duration {
    /// The duration as a number of seconds, to the millisecond.
    public var inSeconds: Double { (self / .milliseconds(1)).rounded() / 1000 }
}

/// Speaks SMTP to mail servers.
public protocol SMTPClient: Sendable {
    /// Connects to a server, hands the connection to `body` and closes it when `body` ends or the task is cancelled.
    ///
    /// Waits for a free place in the server's connection budget first. Throws `WireFailure` when it cannot connect,
    /// `CancellationError` when cancelled, else what `body` throws.
    func withConnection<Result: Sendable>(
        to server: MailServer, port: Int, waits: Waits, transcript: Transcript,
        _ body: @Sendable (any SMTPConnection) async throws -> Result
    ) async throws -> Result

    /// Asks for a pause before the next connection to a server; whoever connects waits for its end.
    func rest(_ server: MailServer, for pause: Duration) async throws

    /// Runs `body` while nobody else begins a connection to the server's address: machines that take turns behind it are met
    /// one after the other then. Throws what `body` throws, and `CancellationError`.
    func alone<Result: Sendable>(
        with server: MailServer, _ body: @Sendable () async throws -> Result
    ) async throws -> Result

    /// The special purpose of an address to which no connection is ever made; nil for any other.
    func purposeOffLimits(_ address: IPAddress) -> String?
}

extension SMTPClient {
    /// For clients that connect to anybody.
    public func purposeOffLimits(_ address: IPAddress) -> String? { nil }

    /// For clients without a budget: sleeps.
    public func rest(_ server: MailServer, for pause: Duration) async throws { try await Task.sleep(for: pause) }

    /// For clients without a budget: just does it.
    public func alone<Result: Sendable>(
        with server: MailServer, _ body: @Sendable () async throws -> Result
    ) async throws -> Result { try await body() }
}

/// One SMTP connection. Every method throws `WireFailure`, or `CancellationError` when the task is cancelled.
///
/// Octets that have come before a command is sent, and belong to no reply that was waited for, end the conversation with
/// `WireFailure.outOfStep`: from there on nobody knows which reply answers what. RFC 5321, section 4.2.
public protocol SMTPConnection: Sendable {
    /// Our own address on this connection, for an EHLO argument when we have no name (RFC 5321, section 4.1.3).
    func localAddress() async -> IPAddress?

    /// Waits for the greeting; nothing is sent before it has come whole. RFC 5321, section 4.3.1.
    func greeting() async throws -> SMTPReply

    /// Sends one command line, given without its line end, and waits for the reply.
    func send(_ command: String) async throws -> SMTPReply

    /// Sends several commands in one segment (RFC 2920) and waits for a reply to each; the server must have offered PIPELINING.
    ///
    /// `heard` gets each reply as soon as it is read: what came before a connection broke counts.
    func pipeline(_ commands: [String], heard: @Sendable (SMTPReply) -> Void) async throws -> [SMTPReply]

    /// Sends STARTTLS. What follows is up to the reply: `handshake(_:)` after any 2yz. RFC 3207, section 4.
    func startTLS() async throws -> SMTPReply

    /// Sends STARTTLS and a further command in one segment, as an attacker in between would, and waits for the first reply.
    ///
    /// The server must forget the further command; a reply to it inside TLS shows that it does not. RFC 3207, section 6.
    func startTLS(followedBy command: String) async throws -> SMTPReply

    /// Waits for one more reply than commands were sent.
    func furtherReply() async throws -> SMTPReply

    /// Does the TLS handshake after STARTTLS was accepted.
    func handshake(_ offer: TLSOffer) async throws -> TLSHandshake

    /// Sends a ClientHello after STARTTLS was accepted, reads the server's answer and ends the connection politely.
    ///
    /// No handshake is completed. A server that hangs up has answered too; silence throws `WireFailure.timedOut`.
    func probe(_ offer: HelloOffer) async throws -> HelloAnswer

    /// Asks for a second handshake inside the session, once, and ends the connection where the server refuses.
    ///
    /// Only up to TLS 1.2. RFC 5246, section 7.4.1.2. Silence throws `WireFailure.timedOut`.
    func renegotiate() async throws -> Renegotiation

    /// Sends a ClientHello that offers heartbeat after STARTTLS was accepted, and to a server that takes it one
    /// HeartbeatRequest that says it is longer than it is; then it ends the connection politely. RFC 6520, section 4.
    ///
    /// What the request claims is its own padding, so that the answer of a server without the check holds none of its memory.
    /// Nothing of an answer is kept. Silence throws `WireFailure.timedOut`.
    func probeHeartbeat(_ offer: HelloOffer) async throws -> HeartbeatAnswer

    /// Bytes that came in plaintext between the reply to STARTTLS and the handshake. They are never parsed; RFC 3207, section 6.
    func plaintextAfterStartTLS() async -> [UInt8]

    /// The ticket for a later session that the server has sent so far: in TLS 1.3 it comes before the first reply inside TLS.
    func sessionTicket() async -> TLSTicket?

    /// Sends QUIT and waits briefly for the farewell; never throws.
    ///
    /// What comes then is evidence: replies that no longer belong to their commands show themselves here at the latest.
    @discardableResult
    func quit() async -> Farewell
}

/// How a server answered QUIT. RFC 5321, section 4.1.1.10.
public enum Farewell: Hashable, Sendable {
    /// The one reply that belongs to it, and nothing else.
    case said(SMTPReply)
    /// Nothing: it hung up, or took too long, or QUIT could not be sent.
    case silent
    /// Octets that no command asked for, before or behind it; a phrase without a full stop.
    case outOfStep(String)

    /// How replies and commands came out of step, if they did.
    public var outOfStep: String? {
        if case .outOfStep(let how) = self { how } else { nil }
    }
}

extension SMTPConnection {
    /// Sends several commands in one segment and waits for a reply to each.
    public func pipeline(_ commands: [String]) async throws -> [SMTPReply] { try await pipeline(commands) { _ in } }

    /// For clients that cannot probe: throws `WireFailure.local`.
    public func probe(_ offer: HelloOffer) async throws -> HelloAnswer {
        throw WireFailure.local("this client sends no probes")
    }

    /// For clients that cannot: throws `WireFailure.local`.
    public func renegotiate() async throws -> Renegotiation {
        throw WireFailure.local("this client does not renegotiate")
    }

    /// For clients that cannot: throws `WireFailure.local`.
    public func probeHeartbeat(_ offer: HelloOffer) async throws -> HeartbeatAnswer {
        throw WireFailure.local("this client sends no heartbeats")
    }

    /// For clients that keep no tickets: none.
    public func sessionTicket() async -> TLSTicket? { nil }

    /// For clients that cannot: throws `WireFailure.local`.
    public func startTLS(followedBy command: String) async throws -> SMTPReply {
        throw WireFailure.local("this client sends one command at a time")
    }

    /// For clients that cannot: throws `WireFailure.local`.
    public func furtherReply() async throws -> SMTPReply {
        throw WireFailure.local("this client waits for replies to commands only")
    }
}
