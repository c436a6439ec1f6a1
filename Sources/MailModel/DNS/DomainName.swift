/// A DNS name: lower-case A-labels, no trailing dot; the root is the empty name.
///
/// Names that arrive from the DNS may hold any byte (RFC 2181, section 11): unusual ones are kept in the master-file
/// escapes of RFC 1035, section 5.1 (`\.`, `\009`), so that the text is always printable ASCII.
public struct DomainName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The name as text, for example `mx1.example.com`.
    public let text: String

    /// The name of the root zone, which is also the exchange of a null MX (RFC 7505, section 3).
    public static let root = DomainName(normalized: "")

    init(normalized text: String) {
        self.text = text
    }

    /// Builds a name from the labels of a DNS message, each a sequence of raw bytes.
    public init(labels: [[UInt8]]) {
        text = labels.map(Self.escape).joined(separator: ".")
    }

    /// The text form; the root prints as a dot.
    public var description: String { text.isEmpty ? "." : text }

    /// The labels from left to right; escaped dots do not separate.
    public var labels: [String] {
        var labels: [String] = []
        var label = ""
        var escaped = false
        for character in text.unicodeScalars {
            if character == ".", !escaped {
                labels.append(label)
                label = ""
            } else {
                label.unicodeScalars.append(character)
            }
            escaped = character == "\\" && !escaped
        }
        return text.isEmpty ? [] : labels + [label]
    }

    /// The name without its left-most label, or nil for the root.
    public var parent: DomainName? {
        guard !text.isEmpty else { return nil }
        return DomainName(normalized: labels.dropFirst().joined(separator: "."))
    }

    /// This name below another label: `name.prefixed("_mta-sts")`.
    public func prefixed(_ label: String) -> DomainName {
        DomainName(normalized: text.isEmpty ? label.lowercased() : "\(label.lowercased()).\(text)")
    }

    /// Whether the name can be a host name: letters, digits and inner hyphens (RFC 1123, section 2.1), two labels or more.
    public var isHostName: Bool {
        let labels = labels
        return labels.count >= 2 && text.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.utf8.allSatisfy { $0 == 0x2D || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
            }
    }

    /// Whether the text is an IPv4 or IPv6 address, which a host name in an MX record must never be (RFC 5321, section 5.1).
    public var isAddressLiteral: Bool {
        IPAddress(text) != nil || (text.hasPrefix("[") && text.hasSuffix("]"))
    }

    /// Orders names by their text.
    public static func < (left: DomainName, right: DomainName) -> Bool { left.text < right.text }

    private static func escape(_ label: [UInt8]) -> String {
        var text = ""
        for byte in label {
            switch byte {
            case 0x41...0x5A: text.unicodeScalars.append(Unicode.Scalar(byte | 0x20))
            case 0x2E, 0x5C: text += "\\" + String(Unicode.Scalar(byte))
            case 0x21...0x7E: text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte)
                text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }
        }
        return text
    }
}

extension DomainName: Codable {
    /// Reads the text form.
    public init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
