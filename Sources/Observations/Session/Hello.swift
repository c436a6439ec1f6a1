// What a probe says to a server before it comes to its own question: greeting, EHLO, STARTTLS. Every function goes one step further
// than the one before, and throws where the server does not let us get there.
public import CheckKit
public import MailModel

extension SMTPConnection {
    /// Says EHLO with our name, or with our address where we have none; says HELO after a 5yz, as senders do.
    /// RFC 5321, sections 3.2 and 4.1.3.
    ///
    /// A server that refuses EHLO and hangs up has refused.
    public func hello(_ settings: RunSettings) async throws -> HelloReply {
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
    /// Whether the extension is listed, for example `STARTTLS`; never in a reply to HELO. Case does not matter.
    public func offers(_ keyword: String) -> Bool { EHLOReply(self).offers(keyword) }
}

extension SMTPConnection {
    /// Greeting and EHLO. Throws `WireFailure` where the server does not let us get there.
    public func reachHello(_ settings: RunSettings) async throws -> HelloReply {
        let greeting = try await greeting()
        guard greeting.isPositive else { throw await rejection(greeting) }
        let hello = try await hello(settings)
        guard hello.reply.isPositive else { throw await rejection(hello.reply) }
        return hello
    }

    /// Greeting and EHLO, up to where STARTTLS may be sent; `onHello` gets the reply to EHLO, whatever it offers.
    @discardableResult
    public func reachSTARTTLS(
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

    /// Greeting, EHLO and STARTTLS, up to where the handshake begins: next comes `handshake(_:)`, or `probe(_:)` with a ClientHello.
    public func atSTARTTLS(_ settings: RunSettings, onHello: (HelloReply) -> Void = { _ in }) async throws {
        try await reachSTARTTLS(settings, onHello: onHello)
        let reply = try await startTLS()
        guard reply.grantsTLS else { throw await rejection(reply) }
    }

    /// The same at a server that has granted STARTTLS before: throws `STARTTLSWithdrawn` where it refuses now, for good.
    package func atSTARTTLSAgain(_ settings: RunSettings, onHello: (HelloReply) -> Void = { _ in }) async throws {
        try await reachSTARTTLS(settings, onHello: onHello)
        let reply = try await startTLS()
        if reply.grantsTLS { return }
        let rejection = await rejection(reply)
        throw reply.isPermanent && !reply.turnsAway ? STARTTLSWithdrawn(reply: reply) : rejection
    }

    /// The same, the handshake, and EHLO inside TLS.
    public func reachHelloInsideTLS(_ settings: RunSettings, _ offer: TLSOffer) async throws -> HelloReply {
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

/// A 5yz reply to STARTTLS, which was granted before: maybe another machine gave it.
package struct STARTTLSWithdrawn: Error {
    package var reply: SMTPReply
}
