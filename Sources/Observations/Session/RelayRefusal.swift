internal import MailModel

extension SMTPReply {
    /// Whether the words of a reply deny relaying. Judged by the text, because servers use temporary codes for it:
    /// Postfix answers `454 4.7.1 <…>: Relay access denied`.
    var deniesRelaying: Bool {
        let words = text.lowercased()
        let denials = [
            "denied", "not permitted", "prohibited", "not allowed", "refused", "rejected", "unable to relay",
        ]
        return words.contains("unable to relay") || words.contains("not relay") || words.contains("no relay")
            || (words.contains("relay") && denials.contains { words.contains($0) })
            || words.contains("authentication required")
    }
}
