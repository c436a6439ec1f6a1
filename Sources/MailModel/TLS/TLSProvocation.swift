/// What a server makes of a client that asks for a second handshake inside the session. RFC 5246, section 7.4.1.2.
public enum Renegotiation: Hashable, Sendable {
    /// It did the handshake.
    case accepted
    /// It did not; a phrase without a full stop says how it refused.
    case refused(String)
}

/// What a server makes of a HeartbeatRequest that says it is longer than it is. RFC 6520, section 4.
public enum HeartbeatAnswer: Hashable, Sendable {
    /// It answered, which it must not: it does not check the length (CVE-2014-0160).
    case answered
    /// It read what came behind the request, and did not answer the request.
    case discarded
    /// It does not take the extension, so that no request was sent.
    case notTaken
    /// It did not go along with the ClientHello.
    case noHandshake(HelloAnswer)
}
