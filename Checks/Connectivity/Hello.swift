internal import CheckKit
internal import MailModel

extension SMTPConnection {
    /// Says EHLO with our name, or with our address where we have none; falls back to HELO when EHLO is not known.
    /// RFC 5321, sections 3.2 and 4.1.3.
    func hello(_ settings: RunSettings) async throws -> HelloReply {
        let name: String
        if let helo = settings.helo {
            name = helo
        } else if let address = await localAddress() {
            name = address.family == .ipv4 ? "[\(address)]" : "[IPv6:\(address)]"
        } else {
            name = "[127.0.0.1]"
        }
        let extended = try await send("EHLO \(name)")
        guard extended.code == 500 || extended.code == 502 else { return HelloReply(extended) }
        return HelloReply(try await send("HELO \(name)"), isExtended: false)
    }
}

extension HelloReply {
    /// Whether the extension is listed; only in a reply to EHLO.
    func offers(_ keyword: String) -> Bool { EHLOReply(self).offers(keyword) }
}

extension SMTPConnection {
    /// Greeting and EHLO, up to where STARTTLS may be sent. Throws `WireFailure` where the server does not let us get there.
    func reachSTARTTLS(_ settings: RunSettings) async throws {
        let greeting = try await greeting()
        guard greeting.code == 220 else { throw await farewell(greeting) }
        let hello = try await hello(settings)
        guard hello.reply.isPositive else { throw await farewell(hello.reply) }
        guard hello.offers("STARTTLS") else {
            await quit()
            throw WireFailure.protocolError("this time STARTTLS was not offered")
        }
    }

    private func farewell(_ reply: SMTPReply) async -> WireFailure {
        await quit()
        return .rejected(reply)
    }
}

extension ServerTarget {
    /// One more connection to a server that has talked to us before; tried again after each of the run's pauses while the
    /// server turns us away. When it does to the end, that is no property of the server: throws `Absence.inconclusive`.
    func furtherConnection<Result: Sendable>(
        _ label: String, _ body: @Sendable (any SMTPConnection) async throws -> Result
    ) async throws -> Result {
        var pauses = settings.patience[...]
        while true {
            do {
                return try await wire.smtp.withConnection(
                    to: server, port: settings.port, waits: settings.waits, transcript: transcript(label), body)
            } catch let failure as WireFailure {
                guard failure.mayPass, let pause = pauses.popFirst() else {
                    throw Absence.inconclusive("a further connection was not possible: \(failure)")
                }
                try await Task.sleep(for: pause)
            }
        }
    }
}

extension WireFailure {
    /// Whether another try may fare better: not where it is our own side that fails, or a refusal for good.
    fileprivate var mayPass: Bool {
        switch self {
        case .noRoute, .specialAddress, .local: false
        case .rejected(let reply): reply.isTransient
        default: true
        }
    }
}
