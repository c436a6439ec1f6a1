internal import CheckKit
internal import MailModel

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

        /// How many stages a conversation has reached that got no further.
        var reach: Int {
            switch self {
            case .greeting: 0
            case .hello: 2
            case .handshake: 3
            case .helloInsideTLS: 4
            }
        }
    }

    /// Where it ended.
    public var stage: Stage
    /// What the server said, or how the connection broke; empty where STARTTLS was not listed.
    public var detail: String
    /// Whether the connection broke, which may be chance; else the server said no.
    public var isBreak: Bool

    /// A server that said no.
    package init(_ stage: Stage, _ detail: String, isBreak: Bool = false) {
        self.stage = stage
        self.detail = detail
        self.isBreak = isBreak
    }

    /// A connection that broke.
    init(_ latest: SessionTry.Break) {
        let stage: Stage =
            switch latest.reach {
            case 0: .greeting
            case 1, 2: .hello
            case 3: .handshake
            default: .helloInsideTLS
            }
        self.init(stage, latest.failure.description, isBreak: true)
    }
}
