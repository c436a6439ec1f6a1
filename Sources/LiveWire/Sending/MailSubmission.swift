internal import FoundationEssentials
public import MailModel

extension LiveCourier {
    /// Hands a message to the relay. One that refuses any of the recipients gets nothing, and is not asked for the others again and
    /// again: whoever has several gives each a message of its own.
    public func submit(_ mail: OutgoingMail, to relay: MailRelay) async throws {
        try await attempt {
            let addresses = try await HostAddresses.of(relay.host)
            var last = Undelivered("\(relay.host) has no address")
            for address in addresses {
                let reached = Locked(false)
                let name = (try? DomainName(input: relay.host)) ?? .root
                do {
                    return try await limited {
                        try await self.smtp.withLiveConnection(
                            to: MailServer(host: name, address: address), port: relay.port,
                            waits: Waits(connect: .seconds(10), greeting: .seconds(30)), transcript: Transcript()
                        ) { connection in
                            reached.withLock { $0 = true }
                            try await MailDialogue(connection, relay: relay, name: self.name).run(mail)
                        }
                    }
                } catch let failure as WireFailure where !reached.withLock({ $0 }) {
                    last = Undelivered("\(relay.host) at \(address): \(failure)")
                } catch let failure as WireFailure {
                    throw Undelivered("\(relay.host): \(failure)")
                }
            }
            throw last
        }
    }

    /// Each stage has its wait, and all of them together have one, too.
    private func limited(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: Self.patience)
                throw Undelivered("the relay took longer than \(Int(Self.patience.inSeconds)) s", mayHaveArrived: true)
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

/// A mail transaction with the relay. RFC 5321, sections 3.1 to 3.3; RFC 3207.
private struct MailDialogue: Sendable {
    private let connection: LiveSMTPConnection
    private let relay: MailRelay
    private let name: String

    init(_ connection: LiveSMTPConnection, relay: MailRelay, name: String) {
        self.connection = connection
        self.relay = relay
        self.name = name
    }

    func run(_ mail: OutgoingMail) async throws {
        try expect(2, await connection.greeting(), "the greeting")
        var hello = try await hello()
        if hello.keywords.contains("STARTTLS") {
            try await startTLS()
            hello = try await self.hello()
        } else if relay.requiresTLS {
            throw Undelivered("\(relay.host) does not offer STARTTLS, which this channel requires")
        }
        try expect(2, await connection.send("MAIL FROM:<\(mail.sender)>"), "MAIL")
        for recipient in mail.recipients {
            try expect(2, await connection.send("RCPT TO:<\(recipient)>"), "RCPT \(recipient)")
        }
        try expect(3, await connection.send("DATA"), "DATA")
        let reply: SMTPReply
        do {
            reply = try await connection.sendMessage(mail.lines)
        } catch let failure as WireFailure {
            throw Undelivered("\(relay.host) was sent the message, and then: \(failure)", mayHaveArrived: true)
        }
        try expect(2, reply, "the message")
        _ = await connection.quit()
    }

    private func hello() async throws -> (reply: SMTPReply, keywords: Set<String>) {
        let reply = try await connection.send("EHLO \(name)")
        try expect(2, reply, "EHLO")
        let keywords = reply.lines.dropFirst().map { $0.prefix { $0 != " " }.uppercased() }
        return (reply, Set(keywords))
    }

    private func startTLS() async throws {
        let reply = try await connection.startTLS()
        guard reply.grantsTLS else {
            if relay.requiresTLS { try expect(2, reply, "STARTTLS") }
            return
        }
        let serverName = IPAddress(relay.host) == nil ? try? DomainName(input: relay.host) : nil
        let handshake = try await connection.handshake(
            TLSOffer(versions: .tls12 ... .tls13, serverName: serverName))
        guard await connection.plaintextAfterStartTLS().isEmpty else {
            throw Undelivered("somebody has put commands in front of the TLS session with \(relay.host)")
        }
        if relay.requiresTLS, let doubt = PeerIdentity.doubt(of: relay.host, handshake) { throw Undelivered(doubt) }
    }

    private func expect(_ group: Int, _ reply: SMTPReply, _ what: String) throws {
        guard reply.code / 100 == group else {
            throw Undelivered("\(relay.host) answered \(what) with \(reply.code) \(reply.firstLine)")
        }
    }
}

extension LiveSMTPConnection {
    /// Sends a message behind 354, and its end. RFC 5321, sections 4.1.1.4 and 4.5.2. The only place that sends one, and only
    /// `LiveCourier` gets here: servers that are tested never see DATA.
    func sendMessage(_ lines: [String]) async throws -> SMTPReply {
        let stuffed = lines.map { $0.hasPrefix(".") ? ".\($0)" : $0 } + ["."]
        try checkTurn(stuffed)
        return try await stage("the end of the message", within: .seconds(40)) { connection in
            try await connection.write(stuffed)
            return try await connection.receiveReply("the end of the message")
        }
    }
}
