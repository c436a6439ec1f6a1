internal import MailModel

extension SignatureTimes {
    /// Reads, out of the message of an answer, the signature over its records of a type: of several the one that holds
    /// longest. Nil when there is none, or the message is malformed.
    ///
    /// RFC 1035, section 4.1, has the form of messages; RFC 4034, section 3.1, that of signatures.
    init?(over type: DNSRecordType, in message: [UInt8]) {
        var reader = MessageReader(message)
        guard let counts = reader.header() else { return nil }
        for _ in 0..<counts.questions {
            guard reader.skipName(), reader.skip(4) else { return nil }
        }
        var found: SignatureTimes?
        for _ in 0..<counts.answers {
            guard reader.skipName(), let kind = reader.number(2), reader.skip(6), let length = reader.number(2),
                let data = reader.take(length)
            else { return nil }
            // Type 46 is RRSIG; its data begin with the type that is signed.
            var fields = MessageReader(data)
            guard kind == 46, fields.number(2) == Int(type.rawValue), fields.skip(6),
                let expiration = fields.number(4), let inception = fields.number(4)
            else { continue }
            let times = SignatureTimes(inception: inception, expiration: expiration)
            if times.expiration > found?.expiration ?? 0 { found = times }
        }
        guard let found, found.expiration >= found.inception else { return nil }
        self = found
    }
}

/// Reads a DNS message from front to back; nothing in it is trusted to be there.
private struct MessageReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The header: how many questions and answers follow it.
    mutating func header() -> (questions: Int, answers: Int)? {
        guard skip(4), let questions = number(2), let answers = number(2), skip(4) else { return nil }
        return (questions, answers)
    }

    /// Passes over a name: labels up to an empty one, or up to a pointer, which is never followed.
    mutating func skipName() -> Bool {
        while let length = number(1) {
            switch length {
            case 0: return true
            case 0xC0...: return skip(1)
            default: guard skip(length) else { return false }
            }
        }
        return false
    }

    mutating func skip(_ count: Int) -> Bool { take(count) != nil }

    mutating func number(_ count: Int) -> Int? {
        take(count).map { $0.reduce(0) { $0 << 8 | Int($1) } }
    }

    mutating func take(_ count: Int) -> [UInt8]? {
        guard count <= bytes.count - position else { return nil }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }
}
