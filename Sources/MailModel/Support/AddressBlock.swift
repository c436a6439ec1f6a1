/// A network in CIDR notation, for example `192.0.2.0/24`.
public struct AddressBlock: Hashable, Sendable, CustomStringConvertible {
    /// The first address of the network.
    public let base: IPAddress
    /// How many leading bits are fixed.
    public let prefixLength: Int

    /// Reads `ADDRESS/LENGTH`, or an address alone (a network of one).
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let base = IPAddress(String(parts[0])) else { return nil }
        let width = base.bytes.count * 8
        guard parts.count == 1 || parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = parts.count == 2 ? Int(parts[1]) : width, length <= width
        else { return nil }
        self.base = base
        prefixLength = length
    }

    /// The network of a size that an address lies in; `prefixLength` is not longer than the address.
    public init(around address: IPAddress, prefixLength: Int) {
        let bytes = address.bytes.enumerated().map { index, byte in
            byte & UInt8(truncatingIfNeeded: 0xFF00 >> min(8, max(0, prefixLength - index * 8)))
        }
        base = IPAddress(bytes: bytes) ?? address
        self.prefixLength = prefixLength
    }

    /// The network in CIDR notation.
    public var description: String { "\(base)/\(prefixLength)" }

    /// Whether an address lies in this network; never across families.
    public func contains(_ address: IPAddress) -> Bool {
        guard address.family == base.family else { return false }
        return zip(address.bytes, base.bytes).enumerated().allSatisfy { index, pair in
            let bits = min(8, max(0, prefixLength - index * 8))
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
            return pair.0 & mask == pair.1 & mask
        }
    }
}
