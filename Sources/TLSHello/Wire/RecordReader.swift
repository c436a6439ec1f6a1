/// Joins records to messages: a message may be spread over records, and a record may hold several. RFC 8446, section 5.1.
///
/// Nothing is decrypted: what comes after a key is in use is passed over.
struct RecordReader {
    /// What the records carry.
    enum Item: Equatable {
        /// One handshake message.
        case handshake(type: UInt8, body: ArraySlice<UInt8>)
        /// One alert.
        case alert(isFatal: Bool, code: UInt8)
        /// A message of SSL 2.0.
        case ssl2(ArraySlice<UInt8>)
        /// Encrypted or of no interest.
        case other
    }

    /// The most octets that are read of one server.
    static let flightLimit = 256 * 1024
    /// The largest record: 2^14 and room for what encryption adds. RFC 5246, section 6.2.3.
    static let recordLimit = (1 << 14) + 2048
    /// The largest handshake message.
    static let messageLimit = 128 * 1024

    private let expectsSSL2: Bool
    private var total = 0
    private var buffer: [UInt8] = []
    private var start = 0
    private var handshake: [UInt8] = []
    private var handshakeStart = 0
    private var alert: [UInt8] = []

    init(expectsSSL2: Bool) { self.expectsSSL2 = expectsSSL2 }

    /// Whether anything has come.
    var hasBytes: Bool { total > 0 }

    mutating func append(_ bytes: some Collection<UInt8>) throws(HelloError) {
        guard total + bytes.count <= Self.flightLimit else {
            throw .limitExceeded("a flight of more than \(Self.flightLimit) octets")
        }
        total += bytes.count
        buffer.removeFirst(start)
        start = 0
        buffer.append(contentsOf: bytes)
    }

    /// The next message; nil when more bytes are needed.
    mutating func next() throws(HelloError) -> Item? {
        while true {
            if let message = try nextMessage() { return message }
            guard let (type, content) = try nextRecord() else { return nil }
            switch type {
            case 20, 23, 24: return .other
            case 21: if let alert = readAlert(content) { return alert }
            case 22:
                guard !content.isEmpty else { throw .malformed("an empty handshake record") }
                handshake.removeFirst(handshakeStart)
                handshakeStart = 0
                handshake.append(contentsOf: content)
            default: return .ssl2(content)
            }
        }
    }

    /// Type and content of a record. Type 0 stands for a record of SSL 2.0.
    private mutating func nextRecord() throws(HelloError) -> (UInt8, ArraySlice<UInt8>)? {
        let rest = buffer[start...]
        guard let first = rest.first else { return nil }
        if expectsSSL2, first & 0x80 != 0 { return try nextSSL2Record(rest) }
        // The second octet is the major version: 3 since SSL 3.0. An alert of two octets is one whatever stands there: servers that
        // speak no such version answer in that of the hello, or in none (RFC 8446, section 5.1: the version is to be ignored).
        let isOddAlert = first == 21 && (rest.count < 5 || (rest[start + 3] == 0 && rest[start + 4] == 2))
        guard (20...24).contains(first), rest.count < 2 || rest[start + 1] == 3 || isOddAlert else {
            throw .notTLS(Array(rest.prefix(80)))
        }
        guard rest.count >= 5 else { return nil }
        let length = Int(rest[start + 3]) << 8 | Int(rest[start + 4])
        guard length <= Self.recordLimit else { throw .limitExceeded("a record of \(length) octets") }
        guard rest.count >= 5 + length else { return nil }
        start += 5 + length
        return (first, rest.dropFirst(5).prefix(length))
    }

    /// A record of SSL 2.0 with a header of two octets.
    private mutating func nextSSL2Record(_ rest: ArraySlice<UInt8>) throws(HelloError) -> (UInt8, ArraySlice<UInt8>)? {
        guard rest.count >= 2 else { return nil }
        let length = Int(rest[start] & 0x7F) << 8 | Int(rest[start + 1])
        guard length > 0 else { throw .malformed("an empty record of SSL 2.0") }
        guard rest.count >= 2 + length else { return nil }
        start += 2 + length
        return (0, rest.dropFirst(2).prefix(length))
    }

    private mutating func nextMessage() throws(HelloError) -> Item? {
        let rest = handshake[handshakeStart...]
        guard rest.count >= 4 else { return nil }
        let length = rest.dropFirst().prefix(3).reduce(0) { $0 << 8 | Int($1) }
        guard length <= Self.messageLimit else { throw .limitExceeded("a handshake message of \(length) octets") }
        guard rest.count >= 4 + length else { return nil }
        defer { handshakeStart += 4 + length }
        return .handshake(type: rest[handshakeStart], body: rest.dropFirst(4).prefix(length))
    }

    /// An alert is two octets, which an odd server may send in two records.
    private mutating func readAlert(_ content: ArraySlice<UInt8>) -> Item? {
        alert += content.prefix(2)
        guard alert.count >= 2 else { return nil }
        defer { alert = [] }
        return .alert(isFatal: alert[0] == 2, code: alert[1])
    }
}
