internal import MailModel
internal import Observations

extension Report {
    /// The matrix: senders down, the domain and the servers across, then why for all that is not encrypted.
    func addDelivery(to document: inout Document) {
        // Without servers the grade's own sentence says it all.
        guard !isOwnSide, !delivery.servers.isEmpty, !delivery.domain.isEmpty else { return }
        document.section("Would it deliver?")
        let groups = groups
        let rows = delivery.domain.enumerated().map { index, way in
            [Span(way.delivery.sender.words)]
                + ([way.delivery.outcome] + groups.map { $0.outcomes[index] }).map { Span($0.word, $0.role) }
        }
        document.blocks.append(
            .table(
                Document.Table(
                    caption: "What becomes of mail, by kind of sender",
                    columns: ["mail from a sender", "domain"] + groups.map { name(of: $0.servers) },
                    isAllOrNothing: true,
                    rows: rows)))
        document.rows(
            .notes,
            explanations.map { Document.Row(name: Span($0.senders, .muted), spans: [Span($0.sentence, .muted)]) })
        for sentence in Confidentiality.sentences(servers, delivery) { document.paragraph([Span(sentence)]) }
    }

    /// Servers at which every sender fares alike; none where all servers are alike and the domain is as they are.
    private var groups: [(servers: [Int], outcomes: [Delivery.Outcome])] {
        var groups: [(servers: [Int], outcomes: [Delivery.Outcome])] = []
        let table = delivery.domain.map { delivery.outcomes($0.delivery.sender) }
        for server in delivery.servers.indices {
            let outcomes = table.map { $0[server] }
            if let index = groups.firstIndex(where: { $0.outcomes == outcomes }) {
                groups[index].servers.append(server + 1)
            } else {
                groups.append(([server + 1], outcomes))
            }
        }
        return groups.count == 1 && groups[0].outcomes == delivery.domain.map(\.delivery.outcome) ? [] : groups
    }

    /// The servers by their numbers: `servers 1 to 3, 5`.
    private func name(of servers: [Int]) -> String {
        guard servers.count > 1 else { return "server \(servers.first ?? 1)" }
        guard servers.count < delivery.servers.count else { return "every server" }
        var runs: [ClosedRange<Int>] = []
        for number in servers {
            if let last = runs.last, last.upperBound + 1 == number {
                runs[runs.count - 1] = last.lowerBound...number
            } else {
                runs.append(number...number)
            }
        }
        let words = runs.map { run in
            run.count == 1
                ? "\(run.lowerBound)"
                : run.count == 2 ? "\(run.lowerBound), \(run.upperBound)" : "\(run.lowerBound) to \(run.upperBound)"
        }
        return "servers \(words.joined(separator: ", "))"
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
        return reasons.map { reason in
            let isAll = reason.senders.count == delivery.domain.count && reason.senders.count > 1
            return (isAll ? "every sender" : reason.senders.joined(separator: ", "), reason.sentence)
        }
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
