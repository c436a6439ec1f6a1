/// How a connection fared that another one did not confirm: several machines may take turns behind an address.
public struct Sighting: Hashable, Sendable, Codable {
    /// How far the connection got.
    public enum Stage: String, Hashable, Sendable, Codable, CaseIterable {
        /// The greeting.
        case greeting
        /// EHLO in plaintext.
        case hello
        /// STARTTLS or the handshake.
        case handshake
        /// EHLO inside TLS.
        case helloInsideTLS = "hello-inside-tls"

    }

    /// Where it ended.
    public var stage: Stage
    /// What the server said, or how the connection broke; empty where EHLO was answered and STARTTLS was not listed.
    public var detail: String
    /// Whether the connection broke, which may be chance; else the server said no.
    public var isBreak: Bool

    /// How many stages a conversation has reached that got no further. A greeting that refuses us is one.
    package var reach: Int {
        switch stage {
        case .greeting: isBreak ? 0 : 1
        case .hello: isWithoutSTARTTLS ? 2 : 1
        case .handshake: 3
        case .helloInsideTLS: 4
        }
    }

    /// Whether STARTTLS was granted, and what came then may be over the name in SNI.
    package var isBehindSTARTTLS: Bool { reach >= 3 }

    /// Whether EHLO was answered without STARTTLS.
    package var isWithoutSTARTTLS: Bool { stage == .hello && !isBreak && detail.isEmpty }

    /// Whether the connection broke with a TLS alert.
    package var isAlert: Bool { isBreak && detail.hasPrefix("alert ") }

    /// A server that said no, or a connection that broke.
    package init(_ stage: Stage, _ detail: String, isBreak: Bool = false) {
        self.stage = stage
        self.detail = detail
        self.isBreak = isBreak
    }
}
