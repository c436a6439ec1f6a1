/// A TLSA record: what the certificate of a server must be or be signed by. RFC 6698, section 2.1.
public struct TLSARecord: Hashable, Sendable {
    /// Certificate usage: 2 names a trust anchor (DANE-TA), 3 the server's own certificate (DANE-EE).
    public var usage: UInt8
    /// What is compared: 0 the whole certificate, 1 its public key.
    public var selector: UInt8
    /// How: 0 byte by byte, 1 as SHA-256, 2 as SHA-512.
    public var matchingType: UInt8
    /// The certificate association data.
    public var data: [UInt8]

    /// A record by its four fields.
    public init(usage: UInt8, selector: UInt8, matchingType: UInt8, data: [UInt8]) {
        self.usage = usage
        self.selector = selector
        self.matchingType = matchingType
        self.data = data
    }

    /// Reads the master-file form `3 1 1 0123abcd`; nil when it is none.
    public init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count >= 3, let usage = UInt8(words[0]), let selector = UInt8(words[1]),
            let matchingType = UInt8(words[2]), let data = [UInt8](hexadecimal: words[3...].joined())
        else { return nil }
        self.init(usage: usage, selector: selector, matchingType: matchingType, data: data)
    }

    /// The three parameters, as administrators name a kind of record: `3 1 1`.
    public var parameters: String { "\(usage) \(selector) \(matchingType)" }
}

extension TLSARecord: CustomStringConvertible {
    /// The master-file form.
    public var description: String {
        "\(parameters) " + data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The parameters and the first bytes of the data, for sentences.
    public var shortDescription: String {
        let text = description
        let limit = parameters.count + 1 + 12
        return text.count <= limit ? text : text.prefix(limit) + "\u{2026}"
    }
}

extension TLSARecord: Codable {
    /// Reads the master-file form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let record = TLSARecord(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a TLSA record")
        }
        self = record
    }

    /// Writes the master-file form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension [UInt8] {
    /// Reads pairs of hexadecimal digits; nil when there are other characters or an odd number.
    public init?(hexadecimal text: String) {
        let digits = Array<UInt8>(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        self = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else { return nil }
            append(high << 4 | low)
        }
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
}
