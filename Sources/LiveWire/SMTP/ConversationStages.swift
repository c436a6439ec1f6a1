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
        let alarm = Alarm(channel, after: wait)
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

    /// Sends command lines in one segment. A failure to write is not reported: the server may have said why before it
    /// closed, and reading finds out either way.
    func write(_ commands: [String]) async {
        if !parser.unread.isEmpty {
            transcript.add(.event, "the server spoke before it was asked", encrypted: isEncrypted)
        }
        var bytes = channel.allocator.buffer(capacity: commands.reduce(0) { $0 + $1.utf8.count + 2 })
        for command in commands {
            transcript.add(.client, command, encrypted: isEncrypted)
            bytes.writeString(command)
            bytes.writeStaticString("\r\n")
        }
        try? await outbound.write(isEncrypted ? .secure(bytes) : .plain(bytes))
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
            case .plain(let bytes): parser.append(bytes.readableBytesView)
            case .ticket(let latest): ticket = latest
            case .secure(let bytes):
                hasHeardInsideTLS = true
                parser.append(bytes.readableBytesView)
            case .failed(let reason, let alert):
                throw hasHeardInsideTLS
                    ? WireFailure.protocolError("TLS: \(alert ?? reason)") : .handshake(reason: reason, alert: alert)
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
        return try await iterator.next(isolation: #isolation)
    }

    private func end(_ error: any Error) {
        if case .ended = phase { return }
        phase = .ended(error)
        let text = (error as? WireFailure)?.description ?? "cancelled"
        transcript.add(.event, text, encrypted: isEncrypted)
        channel.close(promise: nil)
    }
}
