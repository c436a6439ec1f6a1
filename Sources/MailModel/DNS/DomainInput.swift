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
    case emptyLabel(String)
    case invisibleLabel(String)
    case notAllowed(String)

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
            "The label \u{201C}\(label.shortened(to: 21))\u{201D} is longer than 63 characters. Shorten it; no such name can exist in the DNS."
        case .tooLong(let count):
            "The name has \(count) characters; a domain name has at most 253. Type a shorter name."
        case .singleLabel(let text):
            "\u{201C}\(text)\u{201D} has only one label. Type the full domain name, for example \(text).example."
        case .badLabel(let label):
            "\u{201C}\(label)\u{201D} cannot be part of a domain name. Use letters, digits and hyphens between them."
        case .emptyLabel(let text):
            "\u{201C}\(text)\u{201D} has an empty label. Type the name with single dots between its labels."
        case .invisibleLabel(let text):
            "\u{201C}\(text)\u{201D} has a label of invisible characters only, such as a soft hyphen. Type "
                + "the name by hand."
        case .notAllowed(let label):
            "\u{201C}\(label)\u{201D} is not allowed in internationalised names (IDNA 2008). If the domain "
                + "exists all the same, type its xn-- form."
        }
    }
}

extension DomainName {
    /// Reads a mail domain as a person types it: upper case, a trailing dot and Unicode are accepted (IDNA 2008, with the
    /// mapping of UTS 46). What the name is for is judged after the mapping.
    public init(input: String) throws(DomainInputError) {
        let typed = input.trimmingBlanks().replacingIdeographicDots()
        let text = typed.hasSuffix(".") ? String(typed.dropLast()) : typed
        try Self.refuseOthers(text)
        var labels: [String] = []
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            guard !part.isEmpty else { throw .emptyLabel(Self.printable(text[...])) }
            let label = try Self.aLabel(of: part)
            // What is left of a trailing dot with invisible characters behind it.
            if label.isEmpty, index > 0, index == parts.count - 1 { break }
            guard !label.isEmpty else { throw .invisibleLabel(Self.printable(text[...])) }
            labels.append(label)
        }
        let name = DomainName(normalized: labels.joined(separator: "."))
        try Self.refuseOthers(name.text)
        for label in labels { try Self.check(label) }
        guard name.text.utf8.count <= 253 else { throw .tooLong(name.text.utf8.count) }
        guard labels.count >= 2 else { throw .singleLabel(name.text) }
        self = name
    }

    /// Refuses what is not a name but something else that a person may type or paste.
    private static func refuseOthers(_ text: String) throws(DomainInputError) {
        guard !text.isEmpty else { throw .empty }
        if IPAddress(text) != nil || (text.hasPrefix("[") && text.hasSuffix("]")) { throw .addressLiteral(text) }
        // Nearly every name: what follows looks at characters, and a batch at a million of names.
        if text.utf8.allSatisfy({ isDomainByte($0) || $0 == 0x2E }) { return }
        if text.utf8.contains(0x2F) { throw .url(text) }
        if let at = text.lastIndex(of: "@") { throw .emailAddress(domain: String(text[text.index(after: at)...])) }
        if text.contains(where: \.isWhitespace) { throw .hasSpace(text) }
    }

    /// The name as people write it, with U-labels; the A-label form where a label does not convert.
    public var unicode: String {
        guard text.contains("xn--") else { return text }
        var output: UnsafeMutablePointer<CChar>?
        guard idn2_to_unicode_8z8z(text, &output, 0) == IDN2_OK.rawValue, let output else { return text }
        defer { idn2_free(output) }
        return String(validatingCString: output) ?? text
    }

    /// The form of a label in the DNS; empty where the mapping leaves nothing of it.
    ///
    /// A label of ASCII is taken as it is: names that IDNA 2008 would not make, `xn--n3h.com` and `ab--cd.com` among them, are
    /// registered, and receive mail.
    private static func aLabel(of label: Substring) throws(DomainInputError) -> String {
        guard !label.utf8.allSatisfy({ $0 < 0x80 }) else { return label.lowercased() }
        var output: UnsafeMutablePointer<CChar>?
        let flags = Int32(IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue)
        let status = idn2_to_ascii_8z(String(label), &output, flags)
        guard status == IDN2_OK.rawValue, let output else {
            let isTooLong = [IDN2_TOO_BIG_LABEL, IDN2_TOO_BIG_DOMAIN, IDN2_PUNYCODE_BIG_OUTPUT].contains {
                status == $0.rawValue
            }
            throw isTooLong ? .labelTooLong(printable(label)) : .notAllowed(printable(label))
        }
        defer { idn2_free(output) }
        return String(cString: output).lowercased()
    }

    private static func check(_ label: String) throws(DomainInputError) {
        guard label.utf8.count <= 63 else { throw .labelTooLong(label) }
        guard label.utf8.allSatisfy(isDomainByte), !label.hasPrefix("-"), !label.hasSuffix("-") else {
            throw .badLabel(printable(label[...]))
        }
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
                text.unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
        ).shortened(to: 300)
    }
}

extension String {
    /// The text with an ordinary dot for each character that separates labels as a dot does. UTS 46, section 2.3.
    fileprivate func replacingIdeographicDots() -> String {
        guard !utf8.allSatisfy({ $0 < 0x80 }) else { return self }
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            text.append(["\u{3002}", "\u{FF0E}", "\u{FF61}"].contains(scalar) ? "." : scalar)
        }
        return String(text)
    }

    fileprivate func trimmingBlanks() -> String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
