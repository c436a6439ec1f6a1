internal import FoundationEssentials
internal import MailModel

/// A message as mail: text in UTF-8, base64 so that every relay takes it. RFC 5322; RFC 2045, section 6.8; RFC 2047.
struct MailLetter {
    let mail: OutgoingMail

    /// A letter of an alert. Message-ID and Date are the same at each attempt.
    init(_ message: AlertMessage, key: String, from: String, to: String) {
        let host = from.split(separator: "@").last.map(String.init) ?? "localhost"
        var lines = [
            "From: mailgrade <\(from)>", "To: <\(to)>",
        ]
        let subject = Self.words("[\(message.list)] \(message.headline)")
        lines += subject.enumerated().map { $0.offset == 0 ? "Subject: \($0.element)" : " \($0.element)" }
        lines += [
            "Date: \(message.made.mailDate)", "Message-ID: <\(key)@\(host)>",
        ]
        // What belongs together is shown together: all stages of an alert refer to the same name, which no message has.
        lines.append("References: <\(message.thread)@\(host)>")
        lines += [
            "Auto-Submitted: auto-generated", "X-Mailgrade-Alert: \(Self.plain(message.alert))", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "",
        ]
        lines += Self.folded(Data(message.text.utf8).base64EncodedString())
        mail = OutgoingMail(from: from, to: [to], lines: lines)
    }

    /// Printable ASCII, and nothing that could end the line.
    private static func plain(_ text: String) -> String {
        String(decoding: text.utf8.prefix(500).map { (0x20..<0x7F).contains($0) ? $0 : 0x3F }, as: UTF8.self)
    }

    /// Encoded words of at most 75 characters, each whole characters. RFC 2047, section 2.
    private static func words(_ text: String) -> [String] {
        guard text.utf8.contains(where: { !(0x20..<0x7F).contains($0) }) || text.utf8.count > 60 else { return [text] }
        var words: [[UInt8]] = [[]]
        for character in text.unicodeScalars.prefix(400) {
            let bytes = Array(String(character).utf8)
            if (words.last?.count ?? 0) + bytes.count > 42 { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?utf-8?B?\(Data($0).base64EncodedString())?=" }
    }

    private static func folded(_ text: String) -> [String] {
        var rest = text.utf8[...]
        var lines: [String] = []
        while !rest.isEmpty {
            lines.append(String(decoding: rest.prefix(76), as: UTF8.self))
            rest = rest.dropFirst(76)
        }
        return lines
    }
}

extension AlertMessage {
    /// The same for all stages of an alert, while it is open.
    fileprivate var thread: String {
        String(SHA256.hex("\(alert)\n\(Int(opened.timeIntervalSince1970))".utf8).prefix(32))
    }
}

extension Date {
    /// RFC 5322, section 3.3, in UTC.
    fileprivate var mailDate: String {
        let text = formatted(.iso8601)
        let parts = text.split { !$0.isNumber }.map(String.init)
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let day = Int((timeIntervalSince1970 / 86_400).rounded(.down)) % 7
        guard parts.count >= 6, let month = Int(parts[1]), months.indices.contains(month - 1), day >= 0 else {
            return text
        }
        return "\(days[day]), \(parts[2]) \(months[month - 1]) \(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]) +0000"
    }
}
