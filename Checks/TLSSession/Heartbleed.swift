public import CheckKit
internal import MailModel
internal import Observations

/// What a server that takes heartbeat makes of a request that says it is longer than it is. RFC 6520, section 4.
///
/// Nothing of an answer is kept, only whether one came.
public struct Heartbleed: ServerFact, Hashable {
    /// `tls.heartbleed`.
    public static let id: FactID = "tls.heartbleed"
    /// Whether the server answered; nil where it said nothing at all in time.
    public var isAnswered: Bool?

    /// Whether it said nothing.
    public var leavesOpen: Bool { isAnswered == nil }

    /// What was seen.
    public init(isAnswered: Bool?) { self.isAnswered = isAnswered }
}

extension Probe {
    /// One connection and one request, where heartbeat was taken before. The request claims its own padding as payload, so
    /// that a server without the check returns what we sent and nothing of its memory.
    static let heartbleed = Probe.perServer(.testing("Heartbleed").sending(.heartbeat)) {
        (target: ServerTarget, versions: TLSVersions, features: TLSFeatures) async throws -> Heartbleed in
        switch features[.heartbeat]?.kind {
        case .yes: break
        case .no, .notApplicable: throw Absence.notApplicable("The server does not offer heartbeat.")
        case .inconclusive, nil:
            throw Absence.inconclusive("whether the server offers heartbeat could not be determined")
        }
        let older = Set(try versions.beforeTLS13())
        let offer = HelloOffer(
            versions: older, suites: CipherSuite.all.filter(\.isCommonBeforeTLS13).map(\.code),
            serverName: target.server.host)
        return try await target.furtherConnection("heartbeat") { connection in
            try await connection.atSTARTTLS(target.settings)
            do {
                switch try await connection.probeHeartbeat(offer) {
                case .answered: return Heartbleed(isAnswered: true)
                case .discarded: return Heartbleed(isAnswered: false)
                case .notTaken, .noHandshake:
                    throw Absence.inconclusive("this time the server did not take heartbeat")
                }
            } catch let failure as WireFailure {
                // One request, whatever becomes of it.
                guard case .timedOut(stage: "heartbeat") = failure else { throw failure }
                return Heartbleed(isAnswered: nil)
            }
        }
    }
}

extension CipherSuite {
    /// A suite that strangers use, and servers of any age have one of.
    fileprivate var isCommonBeforeTLS13: Bool {
        [.rsa, .ecdsa].contains(authentication) && [.rsa, .dhe, .ecdhe].contains(keyExchange)
            && [.aes, .chacha20, .camellia, .tripleDES].contains(cipher) && !isExport
    }
}

extension Traffic {
    fileprivate static let heartbeat = Traffic.connections(0...1, "a heartbeat that is too long", labelled: "heartbeat")
}
