internal import CheckKit
internal import FoundationEssentials
internal import MailModel

extension Probe {
    /// Compares what the server shows with the records of its host. Usually the conversation's chain is what there is to
    /// compare. Where the TLSA base domain is not the host, because that is an alias, the server is asked once more under
    /// the name that senders then use (RFC 7672, section 8.1). And once for a certificate with another kind of key: senders
    /// differ in what they prefer, and each must find a record that matches.
    static let tlsaMatches = Probe.perServer {
        (target: ServerTarget, records: TLSARecords, conversation: Conversation) async throws -> TLSAMatches in
        guard let lookup = records.effective else { throw Absence.notApplicable("no TLSA record counts here") }
        guard !lookup.usable.isEmpty else { throw Absence.notApplicable("no TLSA record can be used") }
        let session = try (conversation.handshake ?? .absent(.unplanned)).get()
        let handshake =
            session.serverName == lookup.base
            ? session
            : try await target.handshake(TLSOffer(serverName: lookup.base), "TLS for \(lookup.base)")
        var matches = TLSAMatches([try target.compare(handshake, lookup)])
        try await target.addOtherKey(than: handshake, lookup, to: &matches)
        return matches
    }
}

extension ServerTarget {
    fileprivate func compare(_ handshake: TLSHandshake, _ lookup: TLSALookup, key: TLSOffer.Key? = nil) throws
        -> ComparedChain
    {
        let matches = try wire.pki.match(lookup.usable, chain: handshake.chain.map { Array($0.der) })
        return ComparedChain(serverName: lookup.base, key: key, certificates: handshake.chain, matches: matches)
    }

    /// Asks for a certificate with the other kind of key. A server that ends the handshake has none.
    fileprivate func addOtherKey(
        than known: TLSHandshake, _ lookup: TLSALookup, to matches: inout TLSAMatches
    ) async throws {
        guard let leaf = known.chain.first else { return }
        let key = leaf.key.algorithm.hasPrefix("RSA") ? TLSOffer.Key.ecdsa : .rsa
        do {
            let other = try await handshake(TLSOffer(serverName: lookup.base, key: key), "TLS with an \(key) key")
            guard let second = other.chain.first, second.der != leaf.der else { return }
            matches.chains.append(try compare(other, lookup, key: key))
        } catch let failure as WireFailure {
            switch failure {
            case .handshake, .closedEarly(stage: "handshake"): return
            default: matches.otherKeyUnknown = failure.description
            }
        }
    }

    /// One more conversation, up to the handshake and no further.
    fileprivate func handshake(_ offer: TLSOffer, _ label: String) async throws -> TLSHandshake {
        try await wire.smtp.withConnection(
            to: server, port: settings.port, waits: settings.waits, transcript: transcript(label)
        ) { connection in
            let greeting = try await connection.greeting()
            guard greeting.code == 220 else { throw WireFailure.rejected(greeting) }
            let hello = try await connection.hello(settings)
            guard hello.reply.isPositive else { throw WireFailure.rejected(hello.reply) }
            let reply = try await connection.startTLS()
            guard reply.code == 220 else { throw WireFailure.rejected(reply) }
            let handshake = try await connection.handshake(offer)
            await connection.quit()
            return handshake
        }
    }
}
