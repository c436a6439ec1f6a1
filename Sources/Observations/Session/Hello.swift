package import CheckKit
package import MailModel

extension SMTPConnection {
    /// Says EHLO with our name, or with our address where we have none; says HELO after a 5yz, as senders do.
    /// RFC 5321, sections 3.2 and 4.1.3.
    ///
    /// A server that refuses EHLO and hangs up has refused.
    package func hello(_ settings: RunSettings) async throws -> HelloReply {
        let name: String
        if let helo = settings.helo {
            name = helo
        } else if let address = await localAddress() {
            name = address.family == .ipv4 ? "[\(address)]" : "[IPv6:\(address)]"
        } else {
            name = "[127.0.0.1]"
        }
        let extended = try await introduce("EHLO", name)
        guard extended.isPermanent else { return HelloReply(extended) }
        do {
            return HelloReply(try await introduce("HELO", name), isExtended: false)
        } catch WireFailure.closedEarly, WireFailure.reset {
            return HelloReply(extended)
        }
    }

    /// 220 greets, and answers no EHLO: it is one reply too many. RFC 5321, section 4.3.2.
    private func introduce(_ verb: String, _ name: String) async throws -> SMTPReply {
        let reply = try await send("\(verb) \(name)")
        // 221 says that the connection is being closed, and answers no EHLO either.
        if reply.code == 221 { throw WireFailure.closedEarly(stage: "EHLO") }
        if reply.code == 220 { throw WireFailure.outOfStep("\(verb) was answered with a greeting, \(reply.firstLine)") }
        return reply
    }
}

extension HelloReply {
    /// Whether the extension is listed; only in a reply to EHLO.
    package func offers(_ keyword: String) -> Bool { EHLOReply(self).offers(keyword) }
}

extension SMTPConnection {
    /// Greeting and EHLO. Throws `WireFailure` where the server does not let us get there.
    func reachHello(_ settings: RunSettings) async throws -> HelloReply {
        let greeting = try await greeting()
        guard greeting.code == 220 else { throw await rejection(greeting) }
        let hello = try await hello(settings)
        guard hello.reply.isPositive else { throw await rejection(hello.reply) }
        return hello
    }

    /// Greeting and EHLO, up to where STARTTLS may be sent; `onHello` gets the reply to EHLO, whatever it offers.
    @discardableResult
    func reachSTARTTLS(
        _ settings: RunSettings, onHello: (HelloReply) -> Void = { _ in }
    ) async throws -> HelloReply {
        let hello = try await reachHello(settings)
        onHello(hello)
        guard hello.offers("STARTTLS") else {
            await quit()
            throw WireFailure.protocolError("this time STARTTLS was not offered")
        }
        return hello
    }

    /// Greeting, EHLO and STARTTLS, up to where the handshake begins.
    package func atSTARTTLS(_ settings: RunSettings, onHello: (HelloReply) -> Void = { _ in }) async throws {
        try await reachSTARTTLS(settings, onHello: onHello)
        let reply = try await startTLS()
        guard reply.grantsTLS else { throw await rejection(reply) }
    }

    /// The same, the handshake, and EHLO inside TLS.
    func reachHelloInsideTLS(_ settings: RunSettings, _ offer: TLSOffer) async throws -> HelloReply {
        try await atSTARTTLS(settings)
        _ = try await handshake(offer)
        let hello = try await hello(settings)
        guard hello.reply.isPositive else { throw await rejection(hello.reply) }
        return hello
    }

    private func rejection(_ reply: SMTPReply) async -> WireFailure {
        await quit()
        return .rejected(reply)
    }
}

extension ServerTarget {
    /// One more connection to a server that has talked to us before; tried again after each of the run's pauses while the
    /// server turns us away. When it does to the end, that is no property of the server: throws `Absence.inconclusive`.
    package func furtherConnection<Result: Sendable>(
        _ label: String, _ body: @Sendable (any SMTPConnection) async throws -> Result
    ) async throws -> Result {
        var pauses = settings.patience[...]
        while true {
            do {
                return try await connection(label, body)
            } catch let failure as WireFailure {
                guard failure.mayPass, let pause = pauses.popFirst() else {
                    throw Absence.inconclusive("a further connection was not possible: \(failure)")
                }
                try await wire.smtp.rest(server, for: pause)
            }
        }
    }

    /// One connection, whatever becomes of it.
    package func connection<Result: Sendable>(
        _ label: String, _ body: @Sendable (any SMTPConnection) async throws -> Result
    ) async throws -> Result {
        try await wire.smtp.withConnection(
            to: server, port: settings.port, waits: settings.waits, transcript: transcript(label), body)
    }
}

extension WireFailure {
    /// Whether another try may fare better: not where it is our own side that fails, or a refusal for good.
    fileprivate var mayPass: Bool {
        switch self {
        case .noRoute, .specialAddress, .local, .limitExceeded: false
        case .rejected(let reply): reply.isTransient || reply.turnsAway
        default: true
        }
    }
}
