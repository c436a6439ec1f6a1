// Up to TLS 1.2 either side may ask for another handshake inside the session (RFC 5246, section 7.4.1.2). A server needs
// that for nothing in SMTP, and each handshake costs it much more than it costs the client:
//
//     C: ClientHello, inside TLS           S: alert no_renegotiation, or it hangs up: refused
//                                          S: ServerHello …: done once, and so it may be done again and again
//
// It is tried once. How often a server would do it is never found out.
public import CheckKit
internal import MailModel
internal import Observations

/// What a server made of a second handshake that the client asked for. RFC 5246, section 7.4.1.2.
public struct ClientRenegotiation: ServerFact, Hashable {
    /// `tls.client-renegotiation`.
    public static let id: FactID = "tls.client-renegotiation"

    /// What a server does.
    public enum Outcome: String, Hashable, Sendable, Codable, CaseIterable {
        /// It did the handshake.
        case accepted
        /// It did not, and said so by an alert or by hanging up.
        case refused
        /// It said nothing in time.
        case silent
    }

    /// What the server did.
    public var outcome: Outcome
    /// How it refused; a phrase without a full stop.
    public var detail: String?

    /// Whether it said nothing.
    public var leavesOpen: Bool { outcome == .silent }

    /// An outcome.
    public init(_ outcome: Outcome, _ detail: String? = nil) {
        self.outcome = outcome
        self.detail = detail
    }
}

extension Probe {
    /// One connection with TLS 1.2 or older, where a session was possible before.
    static let clientRenegotiation = Probe.perServer(.testing("renegotiation").sending(.renegotiation)) {
        (target: ServerTarget, conversation: Conversation, versions: TLSVersions) async throws -> ClientRenegotiation in
        _ = try (conversation.handshake ?? .absent(.unplanned)).get()
        let offered = try versions.beforeTLS13()
        guard let oldest = offered.first, let newest = offered.last, newest >= .tls10 else {
            throw Absence.inconclusive("a handshake of SSL is not completed")
        }
        let offer = TLSOffer(versions: max(oldest, .tls10)...newest, serverName: target.server.host)
        return try await target.furtherConnection("renegotiation") { connection in
            try await connection.atSTARTTLS(target.settings)
            _ = try await connection.handshake(offer)
            return try await connection.askForRenegotiation()
        }
    }
}

extension SMTPConnection {
    /// One try: silence is an answer too, or the connection would be made once more.
    fileprivate func askForRenegotiation() async throws -> ClientRenegotiation {
        do {
            switch try await renegotiate() {
            case .accepted:
                await quit()
                return ClientRenegotiation(.accepted)
            case .refused(let how): return ClientRenegotiation(.refused, how)
            }
        } catch let failure as WireFailure {
            guard case .timedOut = failure else { throw failure }
            return ClientRenegotiation(.silent)
        }
    }
}

extension TLSVersions {
    /// The versions from SSL 3.0 to TLS 1.2 that are offered, oldest first. Throws where there is none, or none is known.
    func beforeTLS13() throws(Absence) -> [TLSVersion] {
        let older = answers.filter { (.ssl3 ... .tls12).contains($0.version) }
        let offered = older.filter { $0.kind == .supported }.map(\.version)
        guard offered.isEmpty else { return offered }
        if let open = older.last(where: { $0.kind == .inconclusive }) {
            throw .inconclusive("whether \(open.version) is offered could not be determined")
        }
        throw .notApplicable("The server offers no version before TLS 1.3.")
    }
}

extension Traffic {
    fileprivate static let renegotiation = Traffic.connections(
        0...1, "a second handshake inside TLS", labelled: "renegotiation")
}
