internal import MailModel
internal import Observations

extension Report {
    /// The matrix: senders down, the domain and the servers across, then why for all that is not encrypted.
    func addDelivery(to document: inout Document) {
        // Without servers the grade's own sentence says it all.
        guard !isOwnSide, !delivery.servers.isEmpty, !delivery.domain.isEmpty else { return }
        document.section("Would it deliver?")
        // One server is the domain.
        let servers = delivery.servers.count > 1 ? delivery.servers.indices.map { "server \($0 + 1)" } : []
        let rows = delivery.domain.map { way in
            let outcomes =
                [way.delivery.outcome] + (servers.isEmpty ? [] : delivery.outcomes(way.delivery.sender))
            return [Span(way.delivery.sender.words)] + outcomes.map { Span($0.word, $0.role) }
        }
        document.blocks.append(
            .table(
                Document.Table(
                    caption: "What becomes of mail, by kind of sender",
                    columns: ["mail from a sender", "domain"] + servers,
                    rows: rows)))
        document.rows(
            .notes,
            explanations.map { Document.Row(name: Span($0.senders, .muted), spans: [Span($0.sentence, .muted)]) })
    }

    /// Why mail does not arrive over TLS, or might not; senders with the same reason together.
    private var explanations: [(senders: String, sentence: String)] {
        var reasons: [(senders: [String], sentence: String)] = []
        func explain(_ delivery: Delivery) {
            if let index = reasons.firstIndex(where: { $0.sentence == delivery.reason }) {
                if !reasons[index].senders.contains(delivery.sender.words) {
                    reasons[index].senders.append(delivery.sender.words)
                }
            } else {
                reasons.append(([delivery.sender.words], delivery.reason))
            }
        }
        for way in delivery.domain {
            if way.delivery.outcome != .authenticated, way.delivery.outcome != .encrypted { explain(way.delivery) }
            if let worst = way.atWorst { explain(worst) }
        }
        return reasons.map { ($0.senders.joined(separator: ", "), $0.sentence) }
    }
}

extension Delivery.Sender {
    fileprivate var words: String {
        switch self {
        case .opportunistic: "opportunistic"
        case .mtaSTS: "MTA-STS"
        case .dane: "DANE"
        case .daneOnly: "DANE only"
        case .requireTLS: "REQUIRETLS message"
        case .pkix: "PKIX required"
        }
    }
}

extension Delivery.Outcome {
    fileprivate var word: String {
        switch self {
        case .authenticated: "authenticated"
        case .encrypted: "encrypted"
        case .plaintext: "in plaintext"
        case .deferred: "deferred"
        case .bounced: "bounced"
        case .unknown: "undetermined"
        }
    }

    fileprivate var role: Span.Role {
        switch self {
        case .authenticated: .good
        case .encrypted: .plain
        case .plaintext, .unknown: .doubtful
        case .deferred, .bounced: .bad
        }
    }
}
