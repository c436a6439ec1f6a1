internal import MailModel
internal import NIOCore

/// A second handshake inside the session: RFC 5246, section 7.4.1.2. A refusal ends the conversation.
extension LiveSMTPConnection {
    func renegotiate() async throws -> Renegotiation {
        try checkTurn([])
        guard isEncrypted else { throw outOfOrder("there is no TLS session to renegotiate in") }
        do {
            try await stage("renegotiation", within: waits.handshake) { try await $0.performRenegotiation() }
            transcript.add(.event, "a second handshake is complete", encrypted: true)
            return .accepted
        } catch let failure as WireFailure {
            switch failure {
            case .handshake(let reason, let alert): return .refused(alert.map { "alert \($0)" } ?? reason)
            case .closedEarly, .reset: return .refused("the server hung up")
            default: throw failure
            }
        }
    }

    /// Asks for a second handshake and waits for its end.
    private func performRenegotiation() async throws {
        try? await outbound.write(.renegotiate)
        while true {
            switch try await nextInput() {
            case .renegotiated: return
            case .secure(let bytes): parser.append(bytes.readableBytesView)
            case .plain, .ticket, .established: continue
            case .failed(let reason, let alert): throw WireFailure.handshake(reason: reason, alert: alert)
            case .notTLS(let reason): throw WireFailure.protocolError(reason)
            case .unable(let reason): throw WireFailure.local(reason)
            case .closed, nil: throw WireFailure.closedEarly(stage: "renegotiation")
            }
        }
    }
}
