public import MailModel

extension DNSRecord {
    /// Decodes the data of one record, names uncompressed. Data that breaks its type's grammar, also by a single byte
    /// too many, becomes `.other`: whoever asks for an MX then sees that there is a record, and that it is unusable.
    public init(type: DNSRecordType, data: [UInt8]) {
        self = Self.decode(type, data[...]) ?? .other(type: type, data: data)
    }

    private static func decode(_ type: DNSRecordType, _ data: ArraySlice<UInt8>) -> DNSRecord? {
        switch type {
        case .a: address(data, bytes: 4)
        case .aaaa: address(data, bytes: 16)
        case .mx: mx(data)
        case .cname: name(data).map(DNSRecord.cname)
        case .ptr: name(data).map(DNSRecord.ptr)
        case .txt: text(data).map(DNSRecord.txt)
        case .tlsa: tlsa(data)
        case .ds: ds(data)
        case .dnskey: dnskey(data)
        case .nsec3Param: nsec3Param(data)
        default: nil
        }
    }

    /// RFC 1035, section 3.4.1; RFC 3596, section 2.2.
    private static func address(_ data: ArraySlice<UInt8>, bytes: Int) -> DNSRecord? {
        guard data.count == bytes else { return nil }
        return IPAddress(bytes: Array(data)).map(DNSRecord.address)
    }

    /// RFC 1035, section 3.3.9: a preference of 16 bits and a name.
    private static func mx(_ data: ArraySlice<UInt8>) -> DNSRecord? {
        guard data.count > 2, let exchange = name(data.dropFirst(2)) else { return nil }
        return .mx(
            preference: UInt16(data[data.startIndex]) << 8 | UInt16(data[data.startIndex + 1]), exchange: exchange)
    }

    /// RFC 1035, section 3.3.14: one or more strings, each after a byte with its length.
    private static func text(_ data: ArraySlice<UInt8>) -> [[UInt8]]? {
        var strings: [[UInt8]] = []
        var rest = data
        while let count = rest.popFirst().map(Int.init) {
            guard rest.count >= count else { return nil }
            strings.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return strings.isEmpty ? nil : strings
    }

    /// RFC 6698, section 2.1: three bytes, then the association data. An empty one is kept: it is unusable, not absent.
    private static func tlsa(_ data: ArraySlice<UInt8>) -> DNSRecord? {
        guard data.count >= 3 else { return nil }
        let head = Array(data.prefix(3))
        return .tlsa(usage: head[0], selector: head[1], matchingType: head[2], data: Array(data.dropFirst(3)))
    }

    /// RFC 4034, section 5.1: key tag, algorithm, digest type, digest.
    private static func ds(_ data: ArraySlice<UInt8>) -> DNSRecord? {
        guard data.count > 4 else { return nil }
        let head = data.prefix(4).map(UInt16.init)
        return .ds(
            keyTag: head[0] << 8 | head[1], algorithm: UInt8(head[2]), digestType: UInt8(head[3]),
            digest: Array(data.dropFirst(4)))
    }

    /// RFC 4034, section 2.1: flags, the protocol, which is 3, algorithm, key.
    private static func dnskey(_ data: ArraySlice<UInt8>) -> DNSRecord? {
        let head = data.prefix(4).map(UInt16.init)
        guard data.count > 4, head[2] == 3 else { return nil }
        return .dnskey(flags: head[0] << 8 | head[1], algorithm: UInt8(head[3]), key: Array(data.dropFirst(4)))
    }

    /// RFC 5155, section 4.2: hash algorithm, flags, iterations, a salt after its length.
    private static func nsec3Param(_ data: ArraySlice<UInt8>) -> DNSRecord? {
        let head = data.prefix(5).map(UInt16.init)
        guard head.count == 5, data.count == 5 + Int(head[4]) else { return nil }
        return .nsec3Param(hash: UInt8(head[0]), iterations: head[2] << 8 | head[3], salt: Array(data.dropFirst(5)))
    }

    /// A name that fills the data to its end.
    private static func name(_ data: ArraySlice<UInt8>) -> DomainName? {
        var rest = data
        guard let name = DomainName(consuming: &rest), rest.isEmpty else { return nil }
        return name
    }
}
