package import CheckKit
package import MailModel
package import TLSHello

extension AddressTarget {
    /// Asks questions about TLS at this address, each on a connection of its own, as many at a time as the run allows.
    /// With a label, the transcripts are saved under it; `onHello` gets to know each reply to EHLO that is no refusal.
    ///
    /// A server that refuses the name in SNI is asked again without one, as senders without SNI come.
    package func questioner(
        _ server: MailServer, label: String? = nil, onHello: @escaping @Sendable (HelloReply) -> Void = { _ in },
        isNameRefused: @escaping @Sendable () async -> Bool = { false }
    ) -> Questioner {
        let count = Locked(0)
        let refusesName = Locked(false)
        let ask: Questioner.Ask = { offer in
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
        return Questioner(tries: settings.patience.count + 1) { offer in
            var offer = offer
            if refusesName.withLock({ $0 }) { offer.serverName = nil }
            let answer = try await ask(offer)
            guard offer.serverName != nil, answer.mayBeOverTheName else { return answer }
            if answer != .alert(.unrecognizedName), await !isNameRefused() { return answer }
            offer.serverName = nil
            let unnamed = try await ask(offer)
            if unnamed != answer { refusesName.withLock { $0 = true } }
            return unnamed
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

extension HelloAnswer {
    /// Whether the server ended it, by an alert or by hanging up: it may do so over the name.
    fileprivate var mayBeOverTheName: Bool {
        switch self {
        case .alert, .hungUp: true
        case .chosen, .unreadable: false
        }
    }
}

extension TLSAlert {
    /// RFC 6066, section 3.
    fileprivate static let unrecognizedName = TLSAlert(code: 112)
}

extension STARTTLSTries {
    /// Counts one more reply.
    package mutating func note(_ hello: HelloReply) {
        let reply = EHLOReply(hello)
        if reply.offers("STARTTLS") {
            listed += 1
        } else if reply.isExtended, !reply.keywords.contains(where: \.isMasked) {
            missing += 1
        }
    }
}
