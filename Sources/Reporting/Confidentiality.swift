internal import CheckKit
internal import MailModel
internal import Observations

/// What the connections protect against. Encryption that nobody verifies must never look like authenticated encryption:
/// RFC 7435, section 3.
enum Confidentiality {
    /// Sentences for a reader who takes "TLS" for "safe"; empty where it is not known of any server.
    static func sentences(_ servers: [ServerSummary], _ delivery: DeliveryMatrix) -> [String] {
        let reached = servers.filter { $0.greeting.value != nil && saysWhetherItEncrypts($0.session) }
        guard !reached.isEmpty else { return [] }
        let encrypted = reached.filter { $0.session.value != nil && $0.goesOnInsideTLS != false }
        guard !encrypted.isEmpty else {
            // Where TLS works no further than its handshake, what becomes of mail is said by sender.
            guard reached.allSatisfy({ $0.session.value == nil }) else { return [] }
            return [
                "Not encrypted: all mail travels in plaintext, and anybody on the path can read it."
            ]
        }
        let valid = encrypted.filter { $0.certificateVerifies == true }
        return [
            "Encrypted: \(encrypted.count) of \(reached.count) \(reached.count == 1 ? "server that answers" : "servers that answer"); "
                + "certificates that verify: \(valid.count).",
            authentication(delivery),
        ]
    }

    /// Who verifies the servers, and what becomes of mail from everybody else.
    private static func authentication(_ delivery: DeliveryMatrix) -> String {
        let inForce = [(Delivery.Sender.mtaSTS, "MTA-STS"), (.dane, "DANE")].filter { sender, _ in
            delivery.domain.contains { $0.delivery.sender == sender && $0.delivery.outcome == .authenticated }
        }
        guard !inForce.isEmpty else {
            return "Encrypted is not authenticated: where neither MTA-STS nor DANE is in force, senders do not verify "
                + "certificates, and an attacker on the path can still read and change mail."
        }
        let names = inForce.map(\.1).joined(separator: " or ")
        return
            "Senders that follow \(names) verify the servers. Others encrypt without verifying, and an attacker on the "
            + "path can still read and change their mail."
    }

    /// Whether it is known that there is TLS or that there is none; a server that broke off before said neither.
    private static func saysWhetherItEncrypts(_ session: Observed<TLSHandshake>) -> Bool {
        guard let why = session.absence else { return true }
        if case .blocked(let fact, _) = why, fact != STARTTLSReply.id, fact != TLSSession.id { return false }
        return why.certainty != .inconclusive
    }
}
