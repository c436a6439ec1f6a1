internal import MailModel
internal import NIOCore

/// The machinery of a conversation: one stage at a time, each with one deadline.
extension LiveSMTPConnection {
    /// Runs one stage. The deadline and a cancellation of the task close the socket at once; any failure ends the
    /// conversation.
    func stage<Result: Sendable>(
        _ name: String, within wait: Duration,
        _ body: (isolated LiveSMTPConnection) async throws -> Result
    ) async throws -> Result {
        guard !isBusy else { throw WireFailure.local("two commands at once on one connection") }
        isBusy = true
        defer { isBusy = false }
        alarm.arm(for: wait)
        let channel = channel
        do {
            let result = try await withTaskCancellationHandler {
                try await body(self)
            } onCancel: {
                channel.close(promise: nil)
            }
            if alarm.disarm() { end(WireFailure.timedOut(stage: name)) }
            return result
        } catch {
            let isLate = alarm.disarm()
            if Task.isCancelled {
                end(CancellationError())
                throw CancellationError()
            }
            let failure = isLate ? WireFailure.timedOut(stage: name) : WireFailure(error, stage: name)
            end(failure)
            throw failure
        }
    }

    /// Sends command lines in one segment, unless something has come that no command asked for. A failure to write is not
    /// reported: the server may have said why before it closed, and reading finds out either way.
    func write(_ commands: [String]) async throws {
        var bytes = channel.allocator.buffer(capacity: commands.reduce(0) { $0 + $1.utf8.count + 2 })
        for command in commands {
            bytes.writeString(command)
            bytes.writeStaticString("\r\n")
        }
        let output: GateOutput = isEncrypted ? .secure(bytes) : .plain(bytes)
        let isWritten = isBehindInjection ? false : await writeUnlessSpokenTo(output)
        if !isWritten, !isBehindInjection, let stray = await stray() {
            let next = commands.first.map { String($0.prefix { $0 != " " }) } ?? "a command"
            throw WireFailure.outOfStep("\(stray) came before \(next) was sent")
        }
        for command in commands { transcript.add(.client, command, encrypted: isEncrypted) }
        if !isWritten { try? await outbound.write(output) }
    }

    /// Writes at once where nothing has come that nobody has read; says whether it did. The event loop reads its sockets before it
    /// runs tasks, so that what has reached this machine is counted.
    private func writeUnlessSpokenTo(_ output: GateOutput) async -> Bool {
        guard parser.unread.isEmpty else { return false }
        let (taken, arrivals, channel) = (taken, arrivals, channel)
        let isWritten = try? await channel.eventLoop.submit {
            guard arrivals.octets <= taken else { return false }
            channel.writeAndFlush(output, promise: nil)
            return true
        }.get()
        return isWritten ?? false
    }

    /// What has come and belongs to no reply that was waited for, in quotes; nil when there is nothing. 421 may come at any
    /// time, and answers whatever is said next. RFC 5321, section 3.8.
    func stray() async -> String? {
        // The event loop reads its sockets before it runs tasks: after this one, what has reached this machine is counted.
        try? await channel.eventLoop.submit {}.get()
        // A line is enough: who sends without end would keep us here, and fill the memory.
        while taken < arrivals.octets, parser.unread.count < ReplyParser.lineLimit, let input = try? await nextInput() {
            take(input)
        }
        guard !parser.unread.isEmpty, !parser.unread.starts(with: Array("421".utf8)) else { return nil }
        let excerpt = ReplyParser.excerpt(parser.unread.prefix { $0 != 0x0D && $0 != 0x0A })
        transcript.add(.event, "nobody asked for \(excerpt)", encrypted: isEncrypted)
        return excerpt
    }

    /// Keeps octets for the parser, and tickets; anything else ends a wait and is dealt with where somebody waits.
    private func take(_ input: GateInput) {
        switch input {
        case .plain(let bytes): parser.append(bytes.readableBytesView)
        case .secure(let bytes):
            hasHeardInsideTLS = true
            parser.append(bytes.readableBytesView)
        case .ticket(let latest): ticket = latest
        case .established, .failed, .notTLS, .unable, .renegotiated, .closed: break
        }
    }

    /// Reads until a whole reply has come.
    func receiveReply(_ name: String) async throws -> SMTPReply {
        while true {
            while let event = try parser.next() {
                switch event {
                case .line(let text): transcript.add(.server, text, encrypted: isEncrypted)
                case .note(let text): transcript.add(.event, text, encrypted: isEncrypted)
                case .reply(let reply): return reply
                }
            }
            switch try await nextInput() {
            case .some(let input) where input.octets > 0: take(input)
            case .plain, .secure: break
            case .ticket(let latest): ticket = latest
            case .failed(let reason, let alert):
                throw hasHeardInsideTLS
                    ? WireFailure.protocolError("TLS: \(alert ?? reason)") : .handshake(reason: reason, alert: alert)
            case .notTLS(let reason): throw WireFailure.protocolError(reason)
            case .unable(let reason): throw WireFailure.local(reason)
            case .closed, .established, .renegotiated, nil:
                if !parser.unread.isEmpty {
                    transcript.add(
                        .event, "cut off inside \(ReplyParser.excerpt(parser.unread))", encrypted: isEncrypted)
                }
                throw WireFailure.closedEarly(stage: name)
            }
        }
    }

    /// Switches TLS on and waits for the end of the handshake. What still comes in plaintext is put aside, never parsed.
    func performHandshake(_ offer: TLSOffer) async throws -> TLSSessionFacts {
        let tls = settings.tls
        try? await outbound.write(.startTLS { try tls.session(offer) })
        while true {
            switch try await nextInput() {
            case .plain(let bytes): keepPlaintext(Array(bytes.readableBytesView))
            case .established(let facts): return facts
            case .notTLS(let reason): throw WireFailure.protocolError(reason)
            case .failed(let reason, let alert): throw WireFailure.handshake(reason: reason, alert: alert)
            case .unable(let reason): throw WireFailure.local(reason)
            case .secure, .ticket, .renegotiated, .closed, nil: throw WireFailure.closedEarly(stage: "handshake")
            }
        }
    }

    /// Puts bytes aside that came in plaintext after the reply to STARTTLS.
    func keepPlaintext(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        plaintext += bytes.prefix(Self.plaintextLimit - plaintext.count)
        transcript.add(.event, "discarded plaintext after the reply to STARTTLS: \(ReplyParser.excerpt(bytes))")
    }

    /// What comes in next; nil when the connection is closed.
    func nextInput() async throws -> GateInput? {
        var iterator = inbound
        defer { inbound = iterator }
        let input = try await iterator.next(isolation: #isolation)
        taken += input?.octets ?? 0
        return input
    }

    private func end(_ error: any Error) {
        if case .ended = phase { return }
        phase = .ended(error)
        let text = (error as? WireFailure)?.description ?? "cancelled"
        transcript.add(.event, text, encrypted: isEncrypted)
        channel.close(promise: nil)
    }
}
