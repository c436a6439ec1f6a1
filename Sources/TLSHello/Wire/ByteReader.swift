/// Takes fields off the front of some bytes. RFC 8446, section 3: numbers are big-endian, a vector follows its length.
struct ByteReader {
    private var rest: ArraySlice<UInt8>
    /// The message that is read, for errors.
    private let name: String

    init(_ bytes: ArraySlice<UInt8>, _ name: String) {
        rest = bytes
        self.name = name
    }

    var isEmpty: Bool { rest.isEmpty }

    mutating func bytes(_ count: Int) throws(HelloError) -> ArraySlice<UInt8> {
        guard count >= 0, rest.count >= count else { throw .truncated(name) }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// A number of one to four octets.
    mutating func number(_ octets: Int) throws(HelloError) -> Int {
        try bytes(octets).reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func uint8() throws(HelloError) -> UInt8 { UInt8(truncatingIfNeeded: try number(1)) }

    mutating func uint16() throws(HelloError) -> UInt16 { UInt16(truncatingIfNeeded: try number(2)) }

    /// The content of a vector whose length takes so many octets.
    mutating func vector(_ octets: Int) throws(HelloError) -> ArraySlice<UInt8> { try bytes(try number(octets)) }

    /// A reader for the content of a vector.
    mutating func reader(_ octets: Int) throws(HelloError) -> ByteReader { ByteReader(try vector(octets), name) }
}
