internal import MailModel
internal import NIOCore
internal import TLSHello

/// The machinery of a probe: one ClientHello out, the server's flight in, an alert, the end. A probe holds no TLS state and
/// computes no secret; it costs the bytes of the flight and no more.
extension LiveSMTPConnection {
    func probe(_ offer: HelloOffer) async throws -> HelloAnswer {
        let answer = try await ask(offer)
        await finish(answer)
        return answer
    }

    /// Sends the ClientHello and reads the server's flight.
    func ask(_ offer: HelloOffer) async throws -> HelloAnswer {
        guard case .awaitingHandshake = phase else { throw outOfOrder("STARTTLS has not been accepted") }
        let hello: [UInt8]
        do throws(HelloError) {
            hello = try ClientHello.record(offer)
        } catch {
            throw WireFailure.local(error.description)
        }
        let answer = try await stage("handshake", within: waits.handshake) { connection in
            await connection.exchange(hello, FlightReader(offer))
        }
        // A deadline and a cancellation wake the reader by closing the socket: that is no answer of the server's.
        try Task.checkCancellation()
        if case .ended(let error) = phase, answer.choice == nil {
            // Who has begun to answer is not silent, only slower than we wait.
            throw answer == .hungUp ? error : WireFailure.timedOut(stage: "rest of the handshake")
        }
        transcript.add(.client, offer.summary)
        transcript.add(.server, answer.summary)
        return answer
    }

    private func exchange(_ hello: [UInt8], _ reader: FlightReader) async -> HelloAnswer {
        var reader = reader
        try? await outbound.write(.plain(channel.allocator.buffer(bytes: hello)))
        while true {
            guard let input = try? await nextInput(), case .plain(let bytes) = input else { return reader.finish() }
            if let answer = reader.append(bytes.readableBytesView) { return answer }
        }
    }

    /// Says goodbye as TLS does, so that the server need not wait for us: RFC 5246, section 7.2.2.
    func finish(_ answer: HelloAnswer) async {
        if let version = answer.choice?.version, version >= .ssl3 {
            // Level fatal, user_canceled; the record's version is the one agreed on.
            let minor: UInt8 =
                switch version {
                case .ssl2, .ssl3: 0
                case .tls10: 1
                case .tls11: 2
                case .tls12, .tls13: 3
                }
            try? await outbound.write(.plain(ByteBuffer(bytes: [21, 3, minor, 0, 2, 2, 90])))
        }
        await endProbe()
    }

    /// Closes: a probe leaves nothing that a conversation could go on with.
    func endProbe() async {
        phase = .ended(WireFailure.local("the connection was used up by a probe"))
        outbound.finish()
        try? await channel.close()
        transcript.add(.event, "closed")
    }
}

extension HelloOffer {
    /// One line for transcripts.
    fileprivate var summary: String {
        let names = versions.sorted().map(\.description).joined(separator: ", ")
        return "ClientHello: \(names); \(suites.count) suites, \(groups.count) groups"
    }
}

extension HelloAnswer {
    /// One line for transcripts.
    fileprivate var summary: String {
        switch self {
        case .chosen(let choice):
            let suite = choice.version == .ssl2 ? "" : ", " + CipherSuite.name(of: choice.suite)
            let group = choice.group.map { ", " + NamedGroup.name(of: $0) } ?? ""
            return "ServerHello: \(choice.version)\(suite)\(group)"
        case .alert(let alert): return "alert \(alert)"
        case .hungUp: return "hung up after the ClientHello"
        case .unreadable(let why): return why
        }
    }
}
