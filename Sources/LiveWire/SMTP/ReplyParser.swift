internal import MailModel

/// Reads SMTP replies from bytes as they come. RFC 5321, section 4.2:
///
///     Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
///     Reply-code = %x32-35 %x30-35 %x30-39
///
/// The first digit decides what becomes of a command, and second digits above 5 are in use (571, 471), so any is taken
/// (section 4.2.1). All lines of a reply have the same code; a bare code is a complete line. What senders tolerate is
/// tolerated and noted once: a bare LF as line end, lines over 512 octets, codes with the same first digit, of which the first
/// counts, and lines of any length, of which Postfix keeps 2,048 octets (its `line_length_limit`) and skips the rest. What they
/// cannot understand, or not alike, is a protocol error. Works on bytes, because Swift takes CR LF for one character.
struct ReplyParser {
    /// So much of a line is kept, without its end; the standard's limit is 512.
    static let lineLimit = 2048
    /// The most lines in one reply. It is ours: senders read any number.
    static let lineCountLimit = 1000
    /// The most octets in one reply, skipped ones included. It is ours, too.
    static let replyLimit = 256 * 1024

    /// What was read.
    enum Event: Equatable {
        /// One line, without its end, as it was sent.
        case line(String)
        /// A tolerable violation; each kind comes once.
        case note(String)
        /// The last line completed a reply.
        case reply(SMTPReply)
    }

    private var buffer: [UInt8] = []
    private var start = 0
    private var scanned = 0
    /// How many octets of the line that begins at `start` were skipped.
    private var skipped = 0
    private var code: Int?
    private var lines: [String] = []
    private var octets = 0
    private var ready: [Event] = []
    private var noted: Set<String> = []

    /// Adds bytes that came from the server.
    mutating func append(_ bytes: some Sequence<UInt8>) {
        if start > 0 {
            buffer.removeFirst(start)
            scanned -= start
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next event, or nil when more bytes are needed. Throws `protocolError` or `limitExceeded`; after that the
    /// position in the stream is lost.
    mutating func next() throws(WireFailure) -> Event? {
        while ready.isEmpty {
            guard let line = try nextLine() else { return nil }
            try read(line)
        }
        return ready.removeFirst()
    }

    /// Takes what has not been read as part of a reply.
    mutating func takeRest() -> [UInt8] {
        defer { self = ReplyParser() }
        return Array(buffer[start...])
    }

    /// Bytes that have come and were not yet read as part of a reply.
    var unread: ArraySlice<UInt8> { buffer[start...] }

    /// Whether part of a reply has come.
    var isInsideReply: Bool { code != nil || !unread.isEmpty }
}

extension ReplyParser {
    private mutating func nextLine() throws(WireFailure) -> ArraySlice<UInt8>? {
        let end = buffer[scanned...].firstIndex(of: 0x0A)
        scanned = end.map { $0 + 1 } ?? buffer.count
        let length = scanned - start + skipped
        guard octets + length <= Self.replyLimit else {
            throw .limitExceeded("a reply of more than \(Self.replyLimit) octets")
        }
        guard let end else {
            skipBeyondLimit()
            return nil
        }
        octets += length
        if length > 512 { note("a line of more than 512 octets (RFC 5321, section 4.5.3.1.5)") }
        var line = buffer[start..<end]
        if line.last == 0x0D {
            line.removeLast()
        } else if skipped == 0 {
            note("a line that ends in a bare LF (RFC 5321, section 2.3.8)")
        }
        if skipped > 0 || line.count > Self.lineLimit {
            note("a line of which all behind \(Self.lineLimit) octets was skipped, as senders do")
            line = line.prefix(Self.lineLimit)
        }
        start = scanned
        skipped = 0
        return line
    }

    /// Memory stays bounded while the end of a line is not in sight; one octet more is kept, which may be the CR.
    private mutating func skipBeyondLimit() {
        let excess = buffer.count - start - Self.lineLimit - 1
        guard excess > 0 else { return }
        buffer.removeSubrange((start + Self.lineLimit)..<(start + Self.lineLimit + excess))
        skipped += excess
        scanned = buffer.count
    }

    private mutating func read(_ line: ArraySlice<UInt8>) throws(WireFailure) {
        let raw = String(decoding: line, as: UTF8.self)
        ready.append(.line(raw))
        guard let (lineCode, isLast) = Self.head(of: line) else {
            throw .protocolError("expected a reply, got \(Self.excerpt(line))")
        }
        let first = code ?? lineCode
        if first != lineCode {
            guard first / 100 == lineCode / 100 else {
                throw .protocolError("the code changes within a reply: \(Self.excerpt(line))")
            }
            note("a code that changes within a reply (RFC 5321, section 4.2)")
        }
        guard lines.count < Self.lineCountLimit else {
            throw .limitExceeded("a reply of more than \(Self.lineCountLimit) lines")
        }
        code = first
        lines.append(String(decoding: line.dropFirst(4), as: UTF8.self))
        guard isLast else { return }
        ready.append(.reply(SMTPReply(code: first, lines: lines)))
        (code, lines, octets) = (nil, [], 0)
    }

    /// The code of a line and whether it is the last of its reply.
    private static func head(of line: ArraySlice<UInt8>) -> (code: Int, isLast: Bool)? {
        let head = Array(line.prefix(4))
        guard head.count >= 3, (0x32...0x35).contains(head[0]), (0x30...0x39).contains(head[1]),
            (0x30...0x39).contains(head[2])
        else { return nil }
        let code = head.prefix(3).reduce(0) { $0 * 10 + Int($1 - 0x30) }
        switch head.count > 3 ? head[3] : 0x20 {
        case 0x20: return (code, true)
        case 0x2D: return (code, false)
        default: return nil
        }
    }

    private mutating func note(_ text: String) {
        if noted.insert(text).inserted { ready.append(.note(text)) }
    }

    /// The first octets, in quotes, safe to print.
    static func excerpt(_ bytes: some Collection<UInt8>) -> String {
        "\"" + String(decoding: bytes.prefix(80), as: UTF8.self).escapedForTerminal + (bytes.count > 80 ? "…\"" : "\"")
    }
}
