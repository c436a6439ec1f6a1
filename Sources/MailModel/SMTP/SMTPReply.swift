/// A reply of an SMTP server: a code and one or more lines of text. RFC 5321, section 4.2.
public struct SMTPReply: Hashable, Sendable, Codable {
    /// The three-digit code, 200 to 599; the first digit says what becomes of the command. RFC 5321, section 4.2.1.
    public let code: Int
    /// The text of each line, without code, separator and line end. Bytes outside ASCII are kept as U+FFFD or as UTF-8.
    public let lines: [String]

    /// A reply with a code and the text of its lines.
    public init(_ code: Int, _ lines: String...) {
        self.init(code: code, lines: lines)
    }

    /// A reply with a code and the text of its lines.
    public init(code: Int, lines: [String]) {
        self.code = code
        self.lines = lines
    }

    /// 2yz: done.
    public var isPositive: Bool { code / 100 == 2 }
    /// Whether it grants STARTTLS: 220 by the book, and senders start the handshake after any 2yz. RFC 3207, section 4.
    public var grantsTLS: Bool { isPositive }
    /// 4yz: try later; says nothing lasting about the server.
    public var isTransient: Bool { code / 100 == 4 }
    /// 5yz: refused for good.
    public var isPermanent: Bool { code / 100 == 5 }

    /// The enhanced status code at the start of the first line, for example `4.7.1` (RFC 3463, section 2), if there is one.
    public var enhancedStatus: String? {
        guard let word = lines.first?.split(separator: " ").first else { return nil }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "\(code / 100)", parts.dropFirst().allSatisfy(Self.isNumber) else {
            return nil
        }
        return String(word)
    }

    private static func isNumber(_ text: Substring) -> Bool {
        (1...3).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// The code and the first line, as people quote it.
    public var firstLine: String { lines.first.map { $0.isEmpty ? "\(code)" : "\(code) \($0)" } ?? "\(code)" }

    /// All lines joined by blanks, for looking at the words of a refusal.
    public var text: String { lines.joined(separator: " ") }
}
