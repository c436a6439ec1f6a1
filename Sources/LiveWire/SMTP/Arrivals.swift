internal import MailModel
internal import NIOCore

/// How many octets of SMTP have come through the gate of a connection: the reader may not have taken all of them yet.
final class Arrivals: Sendable {
    private let count = Locked(0)

    /// Notes that more have come.
    func note(_ octets: Int) {
        if octets > 0 { count.withLock { $0 += octets } }
    }

    /// All that have come so far.
    var octets: Int { count.withLock { $0 } }
}

extension GateInput {
    /// The octets of SMTP in it, outside TLS or decrypted.
    var octets: Int {
        switch self {
        case .plain(let bytes), .secure(let bytes): bytes.readableBytes
        case .established, .failed, .notTLS, .unable, .renegotiated, .ticket, .closed: 0
        }
    }
}
