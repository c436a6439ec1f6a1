internal import CIDN2

/// Why a text that a person typed is not the name of a mail domain; the description says what to type instead.
public enum DomainInputError: Error, Equatable, CustomStringConvertible, Sendable {
    case empty
    case emailAddress(domain: String)
    case addressLiteral(String)
    case url(String)
    case hasSpace(String)
    case labelTooLong(String)
    case tooLong(Int)
    case singleLabel(String)
    case badLabel(String)

    /// One sentence with the mistake and one with what to type instead; safe to show on a terminal.
    public var description: String { sentences.escapedForTerminal }

    private var sentences: String {
        switch self {
        case .empty:
            "The domain name is empty. Type the part of a mail address after the @, for example example.com."
        case .emailAddress(let domain):
            "This is a mail address, not a domain. Type the part after the @: \(domain)."
        case .addressLiteral(let text):
            "\(text) is an IP address, not a domain. Type the domain whose mail servers are to be tested."
        case .url(let text):
            "\(text) is a URL, not a domain. Type only the host part, without a scheme, a port or a path."
        case .hasSpace(let text):
            "\u{201C}\(text)\u{201D} contains a space. Type one domain name without spaces."
        case .labelTooLong(let label):
            "The label \u{201C}\(label.prefix(20))\u{2026}\u{201D} is longer than 63 characters. Shorten it; no such name can exist in the DNS."
        case .tooLong(let count):
            "The name has \(count) characters; a domain name has at most 253. Type a shorter name."
        case .singleLabel(let text):
            "\u{201C}\(text)\u{201D} has only one label. Type the full domain name, for example \(text).example."
        case .badLabel(let label):
            "\u{201C}\(label)\u{201D} cannot be part of a domain name. Use letters, digits and hyphens between them."
        }
    }
}

extension DomainName {
    /// Reads a mail domain as a person types it: upper case, a trailing dot and Unicode are accepted (IDNA 2008).
    public init(input: String) throws(DomainInputError) {
        var text = input.trimmingBlanks()
        if text.hasSuffix(".") { text.removeLast() }
        guard !text.isEmpty else { throw .empty }
        if IPAddress(text) != nil || (text.hasPrefix("[") && text.hasSuffix("]")) { throw .addressLiteral(text) }
        if text.contains("://") || text.contains("/") { throw .url(text) }
        if let at = text.lastIndex(of: "@") { throw .emailAddress(domain: String(text[text.index(after: at)...])) }
        if text.contains(where: \.isWhitespace) { throw .hasSpace(text) }
        let name = DomainName(normalized: try Self.aLabels(of: text))
        guard name.text.utf8.count <= 253 else { throw .tooLong(name.text.utf8.count) }
        guard name.labels.count >= 2 else { throw .singleLabel(text) }
        self = name
    }

    /// The name as people write it, with U-labels; the A-label form where a label does not convert.
    public var unicode: String {
        guard text.contains("xn--") else { return text }
        var output: UnsafeMutablePointer<CChar>?
        guard idn2_to_unicode_8z8z(text, &output, 0) == IDN2_OK.rawValue, let output else { return text }
        defer { idn2_free(output) }
        return String(validatingCString: output) ?? text
    }

    private static func aLabels(of text: String) throws(DomainInputError) -> String {
        for label in text.split(separator: ".", omittingEmptySubsequences: false) {
            guard !label.isEmpty else { throw .badLabel("..") }
            if label.utf8.allSatisfy({ $0 < 0x80 }) {
                guard label.utf8.count <= 63 else { throw .labelTooLong(String(label)) }
                guard label.utf8.allSatisfy(isDomainByte), !label.hasPrefix("-"), !label.hasSuffix("-") else {
                    throw .badLabel(printable(label))
                }
            }
        }
        var output: UnsafeMutablePointer<CChar>?
        let flags = Int32(IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue)
        let status = idn2_to_ascii_8z(text, &output, flags)
        guard status == IDN2_OK.rawValue, let output else {
            if status == IDN2_TOO_BIG_DOMAIN.rawValue { throw .tooLong(text.utf8.count) }
            let tooLong = status == IDN2_TOO_BIG_LABEL.rawValue || status == IDN2_PUNYCODE_BIG_OUTPUT.rawValue
            throw tooLong ? .labelTooLong(text) : .badLabel(printable(text[...]))
        }
        defer { idn2_free(output) }
        return String(cString: output).lowercased()
    }

    private static func isDomainByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x2D, 0x5F, 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }

    /// Control characters are dropped: the text goes into a message on a terminal.
    private static func printable(_ text: Substring) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }))
    }
}

extension String {
    fileprivate func trimmingBlanks() -> String {
        let head = drop(while: \.isWhitespace)
        return String(head.reversed().drop(while: \.isWhitespace).reversed())
    }
}
