internal import MailModel

extension DomainName {
    /// Reads an uncompressed name at the start of `bytes` and removes it; nil when it is malformed.
    ///
    /// RFC 1035, section 3.1: labels of at most 63 bytes, 255 bytes in all. Compression pointers do not occur in what a
    /// resolver library hands out; following one would be a hostile server's game.
    init?(consuming bytes: inout ArraySlice<UInt8>) {
        var labels: [[UInt8]] = []
        var rest = bytes
        var total = 0
        while let count = rest.popFirst().map(Int.init) {
            total += count + 1
            guard count <= 63, total <= 255, rest.count >= count else { return nil }
            if count == 0 {
                bytes = rest
                self.init(labels: labels)
                return
            }
            labels.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return nil
    }

    /// Reads a name in the master-file form of RFC 1035, section 5.1, as libunbound prints it; nil when malformed.
    init?(masterFile text: String) {
        var labels: [[UInt8]] = [[]]
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "."): labels.append([])
            case UInt8(ascii: "\\"):
                guard let escaped = Self.escapedByte(&rest) else { return nil }
                labels[labels.count - 1].append(escaped)
            default: labels[labels.count - 1].append(byte)
            }
        }
        if labels.last == [] { labels.removeLast() }  // the dot of the root
        if labels == [[]] { labels = [] }
        guard labels.allSatisfy({ (1...63).contains($0.count) }), labels.reduce(1, { $0 + $1.count + 1 }) <= 255 else {
            return nil
        }
        self.init(labels: labels)
    }

    /// `\X` is X itself, `\DDD` the byte with that decimal number.
    private static func escapedByte(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
        guard let first = rest.first else { return nil }
        guard (0x30...0x39).contains(first) else { return rest.popFirst() }
        let digits = rest.prefix(3)
        rest = rest.dropFirst(3)
        guard digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return UInt8(exactly: digits.reduce(0) { $0 * 10 + Int($1 - 0x30) })
    }
}
