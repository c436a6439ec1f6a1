package import CheckKit
package import MailModel
package import TLSHello

extension AddressTarget {
    /// Asks questions about TLS at this address, each on a connection of its own, as many at a time as the run allows.
    /// With a label, the transcripts are saved under it; `onHello` gets to know each reply to EHLO that is no refusal.
    ///
    /// A server that refuses the name in SNI is asked again without one, as senders without SNI come. One that refuses STARTTLS
    /// for good, which it has granted, is asked again with nobody in between; `onRefusal` gets to know each such reply.
    package func questioner(
        _ server: MailServer, label: String? = nil, onHello: @escaping @Sendable (HelloReply) -> Void = { _ in },
        onRefusal: @escaping @Sendable (SMTPReply) -> Void = { _ in },
        isNameRefused: @escaping @Sendable () async -> Bool = { false }
    ) -> Questioner {
        let count = Locked(0)
        let refusesName = Locked(false)
        let askOnce: Questioner.Ask = { offer in
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
        let isSTARTTLSGone = Locked(false)
        let ask: Questioner.Ask = { offer in
            do {
                return try await askOnce(offer)
            } catch let refusal as STARTTLSWithdrawn {
                onRefusal(refusal.reply)
                guard !isSTARTTLSGone.withLock({ $0 }) else { throw WireFailure.rejected(refusal.reply) }
                return try await wire.smtp.alone(with: server) {
                    for _ in 0..<2 {
                        do { return try await askOnce(offer) } catch is STARTTLSWithdrawn {}
                    }
                    isSTARTTLSGone.withLock { $0 = true }
                    throw WireFailure.rejected(refusal.reply)
                }
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
        try await atSTARTTLSAgain(settings, onHello: onHello)
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
