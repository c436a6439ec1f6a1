internal import MailModel
internal import NIOCore

/// What comes in through the gate, in the order in which it happened.
enum GateInput: Sendable {
    /// Bytes that came outside TLS.
    case plain(ByteBuffer)
    /// Bytes that came inside TLS, decrypted.
    case secure(ByteBuffer)
    /// The handshake is complete.
    case established(TLSSessionFacts)
    /// The handshake or the TLS connection failed. `alert` is the peer's.
    case failed(reason: String, alert: String?)
    /// The peer answered the ClientHello with something else than TLS; the reason quotes it.
    case notTLS(reason: String)
    /// No session could be made: a failure of ours, which says nothing of the peer.
    case unable(String)
    /// A second handshake, which we had asked for, is complete.
    case renegotiated
    /// A ticket for a later session came.
    case ticket(TLSTicket)
    /// The peer said that it will send nothing more inside TLS.
    case closed
}

/// What goes out through the gate.
enum GateOutput: Sendable {
    /// Bytes to send outside TLS; refused once TLS has started.
    case plain(ByteBuffer)
    /// Bytes to send inside TLS; refused before the handshake is complete.
    case secure(ByteBuffer)
    /// Start the handshake. The session is made on the event loop, where it stays.
    case startTLS(@Sendable () throws -> TLSConnection)
    /// Ask for a second handshake inside TLS.
    case renegotiate
    /// Say inside TLS that nothing more will be sent.
    case closeNotify
}
