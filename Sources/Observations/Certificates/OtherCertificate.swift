// A server may have two certificates, one with an RSA key and one with an ECDSA key, and shows a sender the one that fits
// what the sender offers (RFC 8446, section 4.4.2.2). The session shows one of them; a handshake that welcomes the other
// kind of key only shows the other, or ends because there is none.
public import CheckKit
public import MailModel

/// What a server shows to a sender that takes only the kind of key that the session did not show.
public struct OtherCertificate: ServerFact, Hashable {
    /// `certificate.other`.
    public static let id: FactID = "certificate.other"
    /// The kind of key that was asked for.
    public var key: TLSOffer.Key
    /// The handshake; nil where the server has no such certificate.
    public var handshake: TLSHandshake?

    /// A kind of key, and what came of it.
    public init(_ key: TLSOffer.Key, _ handshake: TLSHandshake?) {
        self.key = key
        self.handshake = handshake
    }
}

/// The chain behind the server's other certificate, as `certificate.chain` is the one of the session.
package struct OtherChain: ServerFact, Hashable {
    package static let id: FactID = "certificate.other-chain"
    package let key: TLSOffer.Key
    package let chain: CertificateChain

    package init(key: TLSOffer.Key, chain: CertificateChain) {
        self.key = key
        self.chain = chain
    }
}

extension Probe {
    /// One connection, where the plan wants to know, or where TLSA records have to fit both certificates: each answers
    /// the other's question.
    static let otherCertificate = Probe.perServer(.following("second certificate").sending(.otherKey)) {
        (
            target: ServerTarget, conversation: Conversation, records: Observed<TLSARecords>,
            chain: Wanted<OtherChain>, matches: Wanted<TLSAMatches>
        ) async throws -> OtherCertificate in
        let session = try (conversation.handshake ?? .absent(.unplanned)).get()
        guard let leaf = session.chain.first else { throw Absence.notApplicable("the server shows no certificate") }
        let lookup = records.value?.effective
        let isCompared = matches.isWanted && lookup?.base == session.serverName && lookup?.usable.isEmpty == false
        guard chain.isWanted || isCompared else { throw Absence.unplanned }
        let key = TLSOffer.Key(otherThan: leaf)
        let other = try await target.certificate(
            TLSOffer(serverName: session.serverName, key: key), isAlertDoubted: conversation.brokeOffAtHandshake)
        return OtherCertificate(key, other)
    }
}

extension TLSOffer.Key {
    /// The kind that a certificate does not have.
    package init(otherThan leaf: Certificate) { self = leaf.key.algorithm.hasPrefix("RSA") ? .ecdsa : .rsa }
}

extension ServerTarget {
    /// The handshake of a further conversation that asks for a kind of key; nil where the server ends it, having none. A
    /// hang-up may be chance, and is no answer until it has come three times; so may an alert, where there is reason to think so,
    /// and then counts from the second time on.
    package func certificate(_ offer: TLSOffer, isAlertDoubted: Bool = false) async throws -> TLSHandshake? {
        let first = try await certificateOnce(offer)
        switch first {
        case .made(let handshake): return handshake
        case .alert where !isAlertDoubted: return nil
        case .alert, .hungUp, .refusedSTARTTLS: break
        }
        return try await wire.smtp.alone(with: server) {
            var latest = first
            for _ in 0..<2 {
                latest = try await certificateOnce(offer)
                switch latest {
                case .made(let handshake): return handshake
                case .alert where !isAlertDoubted: return nil
                case .alert, .hungUp, .refusedSTARTTLS: break
                }
            }
            if case .refusedSTARTTLS(let reply) = latest {
                throw Absence.inconclusive("a further connection was not possible: \(WireFailure.rejected(reply))")
            }
            return nil
        }
    }

    /// What came of a ClientHello.
    private enum Attempt: Sendable {
        case made(TLSHandshake)
        case alert
        case hungUp
        case refusedSTARTTLS(SMTPReply)
    }

    private func certificateOnce(_ offer: TLSOffer) async throws -> Attempt {
        let label = offer.key.map { "TLS with an \($0) key" } ?? offer.serverName.map { "TLS for \($0)" } ?? "TLS"
        return try await furtherConnection(label) { connection in
            do {
                try await connection.atSTARTTLSAgain(settings)
            } catch let withdrawn as STARTTLSWithdrawn {
                return .refusedSTARTTLS(withdrawn.reply)
            }
            do {
                let handshake = try await connection.handshake(offer)
                await connection.quit()
                return .made(handshake)
            } catch let failure as WireFailure {
                switch failure {
                case .handshake: return .alert
                case .closedEarly(stage: "handshake"), .reset: return .hungUp
                default: throw failure
                }
            }
        }
    }
}

extension Derivation {
    /// The other certificate's chain; not applicable where there is no other certificate.
    static let otherChain = Derivation.perServer {
        (other: OtherCertificate, shown: CertificateChain) throws(Absence) -> OtherChain in
        guard let handshake = other.handshake, let leaf = handshake.chain.first, leaf.der != shown.leaf?.der else {
            throw .notApplicable("The server has no certificate with an \(other.key) key.")
        }
        return OtherChain(
            key: other.key,
            chain: CertificateChain(
                handshake.chain, path: handshake.path, host: handshake.serverName,
                isAuthenticatedByDANE: shown.isAuthenticatedByDANE, daneDoubt: shown.daneDoubt))
    }
}

extension Traffic {
    fileprivate static let otherKey = Traffic.connections(
        0...1, "the certificate for senders that take another kind of key", labelled: "TLS with an")
}
