internal import MailModel
internal import NIOCore
internal import TLSHello

/// A ClientHello, the server's flight, one HeartbeatRequest, and the end: no secret is computed, nothing is kept.
extension LiveSMTPConnection {
    func probeHeartbeat(_ offer: HelloOffer) async throws -> HeartbeatAnswer {
        var offer = offer
        offer.extensions.insert(.heartbeat)
        // The request is sent when the server waits for us again, at the end of its flight.
        offer.depth = .flight
        let answer = try await ask(offer)
        guard case .chosen(let choice) = answer, choice.has(.heartbeat), choice.version != .tls13 else {
            await finish(answer)
            return answer.choice == nil ? .noHandshake(answer) : .notTaken
        }
        let request = OverlongHeartbeat.record(choice.version)
        transcript.add(.client, "HeartbeatRequest with a wrong length, alert user_canceled")
        let isAnswered = try await stage("heartbeat", within: waits.handshake) { connection in
            try? await connection.outbound.write(.plain(connection.channel.allocator.buffer(bytes: request)))
            return await connection.hearsHeartbeat()
        }
        try Task.checkCancellation()
        if case .ended(let error) = phase { throw error }
        transcript.add(.server, isAnswered ? "HeartbeatResponse (not kept)" : "no HeartbeatResponse")
        await endProbe()
        return isAnswered ? .answered : .discarded
    }

    /// Reads to the end of the connection, or to the first HeartbeatResponse.
    private func hearsHeartbeat() async -> Bool {
        var reader = HeartbeatReader()
        while let input = try? await nextInput(), case .plain(let bytes) = input {
            guard reader.append(bytes.readableBytesView) else { break }
        }
        return reader.hasResponse
    }
}
