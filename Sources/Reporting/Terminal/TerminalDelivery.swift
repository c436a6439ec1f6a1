internal import MailModel
internal import Observations

extension Report {
    private static let labelWidth = 22
    private static let columnWidth = 14

    /// The matrix: senders down, the domain and up to three servers across, then why for all that is not encrypted.
    func writeDelivery(_ page: inout TextPage) {
        // Without servers the grade's own sentence says it all.
        guard !isOwnSide, !delivery.servers.isEmpty, !delivery.domain.isEmpty else { return }
        page.heading("Would it deliver?")
        let needed = Self.labelWidth + Self.columnWidth * (delivery.servers.count + 1)
        let shown = (2...3).contains(delivery.servers.count) && needed <= page.width ? delivery.servers : []
        if !shown.isEmpty {
            let names = shown.indices.map { "server \($0 + 1)" }
            page.row(
                [("  mail from a sender", Self.labelWidth), ("domain", Self.columnWidth)]
                    .map { (TextRun($0.0, .dim), $0.1) } + names.map { (TextRun($0, .dim), Self.columnWidth) })
        }
        for way in delivery.domain {
            let outcomes = [way.delivery.outcome] + (shown.isEmpty ? [] : delivery.outcomes(way.delivery.sender))
            guard page.width >= Self.labelWidth + Self.columnWidth else {
                let outcome = TextRun(way.delivery.outcome.word, way.delivery.outcome.style)
                page.paragraph(["\(way.delivery.sender.words): ", outcome], indent: 2)
                continue
            }
            page.row(
                [(TextRun("  \(way.delivery.sender.words)"), Self.labelWidth)]
                    + outcomes.map { (TextRun($0.word, $0.style), Self.columnWidth) })
        }
        for (senders, sentence) in explanations {
            guard page.width >= Self.labelWidth + Self.columnWidth else {
                page.paragraph([TextRun("\(senders): \(sentence)", .dim)], indent: 2)
                continue
            }
            page.paragraph([TextRun(sentence, .dim)], indent: 4, label: TextRun("  \(senders):", .dim))
        }
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

    fileprivate var style: TextStyle {
        switch self {
        case .authenticated: .good
        case .encrypted: .plain
        case .plaintext, .unknown: .doubtful
        case .deferred, .bounced: .bad
        }
    }
}
