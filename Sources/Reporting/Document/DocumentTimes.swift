internal import CheckKit
internal import MailModel

extension Report {
    /// When each connection was open, and what it was used for.
    func addTimes(to document: inout Document) {
        let bars = conversations.filter { !$0.lines.isEmpty }.map(bar)
        guard !bars.isEmpty else { return }
        document.section("Connections over time")
        document.blocks.append(
            .chart(
                Document.Chart(
                    parts: ["connecting", "in plaintext", "inside TLS"],
                    bars: bars.enumerated()
                        .sorted { ($0.element.began ?? 0, $0.offset) < ($1.element.began ?? 0, $1.offset) }.map(
                            \.element))))
    }

    /// Connecting ends with the first line, plaintext with the first that is inside TLS, and everything with the last.
    private func bar(_ conversation: Trace.Conversation) -> Document.Chart.Bar {
        let connected = conversation.lines.first?.seconds ?? 0
        let end = conversation.lines.last?.seconds ?? 0
        let encrypted = conversation.lines.first(where: \.encrypted)?.seconds ?? end
        return Document.Chart.Bar(
            name: "\(conversation.place.description) \(conversation.label)", began: conversation.began,
            lengths: [connected, max(0, encrypted - connected), max(0, end - encrypted)])
    }
}
