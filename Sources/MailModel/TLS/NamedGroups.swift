/// A group for the exchange of keys, as TLS numbers them. RFC 8446, section 4.2.7; RFC 8422; RFC 7919.
public struct NamedGroup: Sendable, Hashable, Identifiable {
    /// The code point, for example 0x001D.
    public let code: UInt16
    /// The IANA name, for example `x25519`.
    public let name: String
    /// What kind of group it is.
    public let kind: Kind
    /// The size in bits of the curve or of the prime; of the classical half of a hybrid; 0 for a KEM alone.
    public let bits: Int
    /// TLS 1.2 (which stands for everything older), TLS 1.3, or both.
    public let versions: Set<TLSVersion>
    /// What the registry's column Recommended says; nil where that is not known.
    public let recommended: CipherSuite.Recommended?

    /// The code point.
    public var id: UInt16 { code }

    /// The kinds of group; the raw value is the table's word.
    public enum Kind: String, Sendable, CaseIterable {
        case curve
        case finiteField = "finite-field"
        /// A post-quantum key encapsulation alone.
        case kem
        /// A curve together with a post-quantum key encapsulation: broken only when both are.
        case hybrid
    }

    /// Whether recorded traffic is meant to withstand a quantum computer.
    public var isPostQuantum: Bool { kind == .kem || kind == .hybrid }

    /// Whether a version may use the group.
    public func fits(_ version: TLSVersion) -> Bool { versions.contains(version == .tls13 ? .tls13 : .tls12) }

    /// Every group known, by code point.
    public static let all: [NamedGroup] = registeredTable.lines.compactMap { NamedGroup(row: $0) }

    private static let byCode = Dictionary(all.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })

    /// The group with a code point, if it is known.
    public static func with(code: UInt16) -> NamedGroup? { byCode[code] }

    /// The name of a code point for people; an unknown one is written as its number.
    public static func name(of code: UInt16) -> String { byCode[code]?.name ?? "group \(code)" }

    private init?(row: Substring) {
        let words = row.split(separator: " ")
        guard words.count == 6, let code = UInt16(words[0], radix: 16), let kind = Kind(rawValue: String(words[2])),
            let bits = Int(words[3])
        else { return nil }
        self.code = code
        name = String(words[1])
        self.kind = kind
        self.bits = bits
        versions = Set(words[4].split(separator: "+").compactMap { TLSVersion(rawValue: String($0)) })
        recommended = CipherSuite.Recommended(rawValue: String(words[5]))
    }
}
