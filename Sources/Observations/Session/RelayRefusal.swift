internal import MailModel

extension SMTPReply {
    /// Whether the words of a reply deny relaying. Judged by the text, because servers use temporary codes for it:
    /// Postfix answers `454 4.7.1 <…>: Relay access denied`.
    var deniesRelaying: Bool {
        let words = wordsOfItsOwn
        let denials = [
            "denied", "not permitted", "prohibited", "not allowed", "refused", "rejected", "unable to relay",
        ]
        return words.contains("unable to relay") || words.contains("not relay") || words.contains("no relay")
            || (words.contains("relay") && denials.contains { words.contains($0) })
            || words.contains("authentication required")
    }

    /// The text in lower case, without mailboxes and names of hosts: what a server quotes says nothing, be it `relay-test@example.net` of
    /// ours, in `450 4.2.0 <…>: Recipient address rejected: Greylisted`, or `relay.example.com` of its own.
    private var wordsOfItsOwn: String {
        text.lowercased().split(whereSeparator: \.isWhitespace).filter { word in
            !word.contains("@") && word.split(separator: ".").count < 2
        }.joined(separator: " ")
    }
}
