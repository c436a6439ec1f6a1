/// Appends fields to bytes. RFC 8446, section 3.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func uint8(_ value: UInt8) { bytes.append(value) }

    mutating func uint16(_ value: UInt16) {
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
        bytes.append(UInt8(truncatingIfNeeded: value))
    }

    mutating func raw(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    /// A vector: the length in so many octets, then what `body` writes. Throws when it does not fit.
    mutating func vector(_ octets: Int, _ body: (inout ByteWriter) throws(HelloError) -> Void) throws(HelloError) {
        var content = ByteWriter()
        try body(&content)
        let length = content.bytes.count
        guard length < 1 << (8 * octets) else { throw .offerTooLarge }
        for octet in (0..<octets).reversed() { uint8(UInt8(truncatingIfNeeded: length >> (8 * octet))) }
        raw(content.bytes)
    }

    /// A vector of numbers of two octets.
    mutating func numbers(_ octets: Int, _ values: some Sequence<UInt16>) throws(HelloError) {
        try vector(octets) { writer throws(HelloError) in
            for value in values { writer.uint16(value) }
        }
    }
}
