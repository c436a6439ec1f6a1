internal import CheckKit
internal import MailModel
internal import TLSHello

extension AddressTarget {
    /// Asks questions about TLS at this address, each on a connection of its own, as many at a time as the run allows.
    /// With a label, the transcripts are saved under it; `onHello` gets to know each reply to EHLO that is no refusal.
    func questioner(
        _ server: MailServer, label: String? = nil, onHello: @escaping @Sendable (HelloReply) -> Void = { _ in }
    ) -> Questioner {
        let count = Locked(0)
        return Questioner(tries: settings.patience.count + 1) { offer in
            let number = count.withLock { count in
                count += 1
                return count
            }
            let transcript = label.map { self.transcript("\($0) \(number)") } ?? Transcript()
            return try await wire.smtp.withConnection(
                to: server, port: settings.port, waits: settings.waits, transcript: transcript
            ) { connection in
                try await connection.ask(offer, settings, onHello)
            }
        }
    }
}

extension SMTPConnection {
    /// Greeting, EHLO, STARTTLS, ClientHello. Whatever keeps us from the last of them throws.
    fileprivate func ask(
        _ offer: HelloOffer, _ settings: RunSettings, _ onHello: (HelloReply) -> Void
    ) async throws -> HelloAnswer {
        try await atSTARTTLS(settings, onHello: onHello)
        return try await probe(offer)
    }
}
