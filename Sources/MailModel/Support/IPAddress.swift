/// An IPv4 or IPv6 address. Prints in the form of RFC 5952 (IPv6) or as a dotted quad.
public struct IPAddress: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The two address families.
    public enum Family: String, Codable, Sendable, CaseIterable, Comparable {
        case ipv4 = "IPv4"
        case ipv6 = "IPv6"

        /// IPv4 before IPv6.
        public static func < (left: Family, right: Family) -> Bool { left == .ipv4 && right == .ipv6 }
    }

    /// The bytes in network order: four or sixteen.
    public let bytes: [UInt8]

    /// Takes the bytes of an A or AAAA record; nil for any other length.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads a dotted quad or an IPv6 address in any legal form (RFC 4291, section 2.2); no brackets, no zone.
    public init?(_ text: String) {
        guard let bytes = text.contains(":") ? Self.parseIPv6(text) : Self.parseIPv4(text[...]) else { return nil }
        self.bytes = bytes
    }

    /// The address family.
    public var family: Family { bytes.count == 4 ? .ipv4 : .ipv6 }

    /// The text form; for IPv6 that of RFC 5952.
    public var description: String {
        if family == .ipv4 { return bytes.map(String.init).joined(separator: ".") }
        let groups = (0..<8).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
        let zeros = Self.longestZeroRun(groups)
        let hex: ([UInt16]) -> String = { $0.map { String($0, radix: 16) }.joined(separator: ":") }
        guard let zeros else { return hex(groups) }
        return hex(Array(groups[..<zeros.lowerBound])) + "::" + hex(Array(groups[zeros.upperBound...]))
    }

    /// The name to ask for PTR records: below `in-addr.arpa` or `ip6.arpa` (RFC 1035, section 3.5; RFC 3596, section 2.5).
    public var reverseName: DomainName {
        switch family {
        case .ipv4:
            DomainName(normalized: bytes.reversed().map(String.init).joined(separator: ".") + ".in-addr.arpa")
        case .ipv6:
            DomainName(
                normalized: bytes.reversed().flatMap { [$0 & 15, $0 >> 4] }.map { String($0, radix: 16) }
                    .joined(separator: ".") + ".ip6.arpa")
        }
    }

    /// IPv4 before IPv6, then by bytes.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        left.bytes.count == right.bytes.count
            ? left.bytes.lexicographicallyPrecedes(right.bytes) : left.bytes.count < right.bytes.count
    }
}

extension IPAddress: Codable {
    /// Reads the text form.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let address = IPAddress(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not an IP address"))
        }
        self = address
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension IPAddress {
    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        while start < groups.count {
            var end = start
            while end < groups.count, groups[end] == 0 { end += 1 }
            if end - start >= 2, end - start > (best?.count ?? 0) { best = start..<end }
            start = max(end, start + 1)
        }
        return best
    }

    private static func parseIPv4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                part == "0" || !part.hasPrefix("0"), let byte = UInt8(part)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func parseIPv6(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 45, !text.contains(":::") else { return nil }
        let halves = text.components(around: "::")
        // A dotted quad stands for the last four bytes of the whole address.
        if halves.count == 2, halves[0].contains(".") { return nil }
        guard halves.count <= 2, let head = groups(halves[0]), let tail = halves.count == 2 ? groups(halves[1]) : []
        else { return nil }
        if halves.count == 1 { return head.count == 16 ? head : nil }
        guard head.count + tail.count <= 14 else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func groups(_ text: Substring) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if part.contains("."), index == parts.count - 1 {
                guard let quad = parseIPv4(part) else { return nil }
                bytes += quad
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
            }
        }
        return bytes.count <= 16 ? bytes : nil
    }
}

extension String {
    /// The pieces around every occurrence of a two-character separator.
    fileprivate func components(around separator: String) -> [Substring] {
        var pieces: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            pieces.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return pieces + [rest]
    }
}
