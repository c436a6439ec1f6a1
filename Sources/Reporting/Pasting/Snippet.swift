/// Text to be pasted somewhere, made of what was observed.
public struct Snippet: Sendable, Hashable {
    /// What the text is: what decides where it goes, and how its lines end.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Lines of a zone file. RFC 1035, section 5.
        case zone = "zone-file"
        /// A policy of MTA-STS. RFC 8461, section 3.2.
        case policy = "policy-file"
        /// Words to somebody else, who can do it.
        case request
        /// What to do in which order.
        case steps
        /// Lines of main.cf.
        case postfix
        /// Lines of Exim's configuration.
        case exim
        /// Lines of smtpd.conf.
        case openSMTPD = "opensmtpd"
        /// Lines of sendmail.mc.
        case sendmail
        /// Commands of the Exchange Management Shell.
        case exchange
        /// What a customer of Exchange Online can do.
        case exchangeOnline = "exchange-online"
        /// What a customer of Google Workspace can do.
        case googleWorkspace = "google-workspace"
    }

    /// Where it goes, a phrase.
    public let title: String
    /// What it is.
    public let kind: Kind
    /// Its lines, without line ends.
    public let lines: [String]

    /// Nil where there are no lines, or where one holds anything but printable ASCII: whatever the network says must not bring
    /// a line end or a control character to where somebody pastes.
    init?(_ title: String, _ kind: Kind, _ lines: [String]) {
        let isPlain = lines.allSatisfy { $0.utf8.allSatisfy { (0x20...0x7E).contains($0) } }
        guard isPlain, !lines.isEmpty else { return nil }
        self.title = title
        self.kind = kind
        self.lines = lines
    }

    /// All of it. Lines of a policy end with CRLF, which every sender reads.
    public var text: String {
        let end = kind == .policy ? "\r\n" : "\n"
        return lines.joined(separator: end) + end
    }
}
