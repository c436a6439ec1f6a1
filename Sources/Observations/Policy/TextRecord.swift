public import MailModel

/// What a lookup of TXT records gave, as MTA-STS and TLS-RPT read it: the strings of a record are put together without
/// anything between them, and records that do not begin as they must are not theirs.
public struct TextLookup: Hashable, Sendable, Codable {
    /// Whether the name exists.
    public var status: DNSAnswer.Status
    /// What our validator says of the answer.
    public var security: DNSSecurity
    /// The text of each record, sorted; what is not UTF-8 reads as U+FFFD, which no record may hold.
    public var texts: [String]
    /// How many records more there are whose data is malformed.
    public var malformed: Int
    /// Where the alias chain ended, when the name is an alias.
    public var canonicalName: DomainName?

    /// An answer with the texts of its records.
    public init(
        status: DNSAnswer.Status = .noError, security: DNSSecurity = .insecure, _ texts: [String] = [],
        malformed: Int = 0, canonicalName: DomainName? = nil
    ) {
        self.status = status
        self.security = security
        self.texts = texts.sorted()
        self.malformed = malformed
        self.canonicalName = canonicalName
    }

    /// The texts of an answer to a TXT lookup of a name.
    public init(_ answer: DNSAnswer, to name: DomainName) {
        let texts = answer.records.compactMap { record -> String? in
            if case .txt(let strings) = record { String(decoding: strings.flatMap { $0 }, as: UTF8.self) } else { nil }
        }
        self.init(
            status: answer.status, security: answer.security, texts, malformed: answer.records.count - texts.count,
            canonicalName: answer.canonicalName == name ? nil : answer.canonicalName)
    }

    /// The records that begin with a version and a semicolon, case and all; senders discard every other.
    /// RFC 8461, section 3.1; RFC 8460, section 3.
    ///
    /// Blanks before the semicolon are in the grammar of the record and not in that filter, which is there to choose among
    /// several records: where there is one, senders read it by the grammar.
    func candidates(_ version: String) -> [String] {
        let strict = texts.filter { $0.utf8.starts(with: "\(version);".utf8) }
        return strict.isEmpty && texts.count + malformed == 1 ? texts.filter { $0.begins(with: version) } : strict
    }

    /// Whether a record counts only because it is alone: blanks stand before its first semicolon.
    package func isLenient(_ version: String) -> Bool {
        candidates(version).contains { !$0.utf8.starts(with: "\(version);".utf8) }
    }

    /// The records that look as if they were meant to be candidates and are discarded: another case or version number,
    /// blanks or quotation marks in front, blanks before the semicolon of one among several.
    package func nearMisses(_ version: String) -> [String] {
        let candidates = candidates(version)
        let stem = version.lowercased().prefix { !$0.isNumber }
        return texts.filter { text in
            !candidates.contains(text)
                && text.lowercased().filter { !$0.isBlankOrQuotationMark }.hasPrefix(stem)
        }
    }

    /// Why senders discard a near miss: a phrase without a full stop that speaks of the record as "it".
    package static func whyIgnored(_ text: String, _ version: String) -> String {
        let start = "\u{201C}\(version);\u{201D}"
        if let first = text.drop(while: { $0 == " " || $0 == "\t" }).first, first.isBlankOrQuotationMark {
            return "the quotation marks are part of its text, so it does not begin with \(start)"
        }
        if text.begins(with: version) {
            return "of several TXT records only those count that begin with \(start), without a blank"
        }
        return "it does not begin with \(start)"
    }
}

/// What senders make of the records at a name that holds one of their kind. RFC 8461, section 3.1; RFC 8460, section 3.
public enum RecordReading<Record: Hashable & Sendable>: Hashable, Sendable {
    /// No record is left once those of another kind are discarded.
    case absent
    /// More than one record is left, which counts as none.
    case several(Int)
    /// One record is left and breaks the grammar, which counts as none; the text says how.
    case invalid(String)
    /// One record is left, and it reads well.
    case valid(Record)
}

/// A record that begins with its version.
package protocol VersionedRecord: Hashable, Sendable {
    /// For example `v=STSv1`.
    static var version: String { get }

    /// Reads the text of a record.
    init(_ text: String) throws(GrammarFault)
}

extension TextLookup {
    /// What senders make of the answer.
    package func reading<Record: VersionedRecord>() -> RecordReading<Record> {
        let candidates = candidates(Record.version)
        guard let text = candidates.first else { return .absent }
        guard candidates.count == 1 else { return .several(candidates.count) }
        do {
            return .valid(try Record(text))
        } catch {
            return .invalid(error.description)
        }
    }
}

/// Why a text breaks its grammar: a phrase without a full stop that speaks of the text as "it".
package struct GrammarFault: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// The fields of a record `v=…; name=value; …`, in the order of the grammar that RFC 8461, section 3.1 and RFC 8460,
/// section 3 share:
///
///     record      = version 1*(field-delim field) [field-delim]
///     field-delim = *WSP ";" *WSP
///     field       = name "=" value
///     name        = (ALPHA / DIGIT) *31(ALPHA / DIGIT / "_" / "-" / ".")
///     value       = 1*(%x21-3A / %x3C / %x3E-7E)      ; printable, but no "=", ";" or blank
package struct TextFields {
    /// One field.
    package struct Field: Hashable {
        package let name: String
        package let value: String
    }

    package let fields: [Field]

    /// Reads a text. `isFree` names the fields whose value has a grammar of its own, which the caller reads: anything but
    /// a semicolon.
    package init(_ text: String, version: String, isFree: (String) -> Bool = { _ in false }) throws(GrammarFault) {
        let parts = text.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map {
            Substring($0)
        }
        guard parts[0].withoutBlanks(atStart: false) == version else {
            throw GrammarFault("it does not begin with \u{201C}\(version)\u{201D}")
        }
        var fields: [Field] = []
        for (index, part) in parts.enumerated().dropFirst() {
            let isLast = index == parts.count - 1
            // Blanks stand around semicolons only, not at the very end of the record.
            let text = part.withoutBlanks(atEnd: !isLast)
            if isLast, text.isEmpty {
                if index > 1 { break }
                throw GrammarFault("it has no field behind \u{201C}\(version);\u{201D}")
            }
            fields.append(try Self.field(text, isFree))
        }
        self.fields = fields
    }

    private static func field(_ text: Substring, _ isFree: (String) -> Bool) throws(GrammarFault) -> Field {
        guard !text.isEmpty else { throw GrammarFault("there is nothing between two semicolons") }
        guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
            throw GrammarFault("\(quoted(text)) has no equals sign")
        }
        let name = text[..<equals]
        let value = text[text.utf8.index(after: equals)...]
        guard name.isFieldName else {
            throw GrammarFault("\(quoted(name)) is not the name of a field")
        }
        guard !value.isEmpty else { throw GrammarFault("the field \u{201C}\(name)\u{201D} has no value") }
        guard isFree(String(name)) || value.utf8.allSatisfy(isValueByte) else {
            throw GrammarFault("\(quoted(value)) cannot be the value of a field")
        }
        return Field(name: String(name), value: String(value))
    }

    private static func isValueByte(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && byte != UInt8(ascii: ";") && byte != UInt8(ascii: "=")
    }

    /// A piece of somebody's text in quotation marks, safe to print and not too long.
    package static func quoted(_ text: some StringProtocol) -> String {
        "\u{201C}\(String(text).escapedForTerminal.shortened)\u{201D}"
    }
}

extension Character {
    /// Blanks, and what people and the forms of DNS hosts put around a text; a backslash comes with it.
    fileprivate var isBlankOrQuotationMark: Bool { " \t\"'\\\u{201C}\u{201D}\u{201E}".contains(self) }
}

extension String {
    /// Whether a record begins with a version, perhaps blanks, and a semicolon.
    fileprivate func begins(with version: String) -> Bool {
        utf8.starts(with: version.utf8)
            && utf8.dropFirst(version.utf8.count).drop { $0.isBlank }.first == UInt8(ascii: ";")
    }
}

extension StringProtocol {
    /// Whether this is a name of a field: a letter or digit, then up to 31 letters, digits, `_`, `-` or `.`.
    var isFieldName: Bool {
        guard let first = utf8.first, first.isLetterOrDigit, utf8.count <= 32 else { return false }
        return utf8.allSatisfy { $0.isLetterOrDigit || [0x5F, 0x2D, 0x2E].contains($0) }
    }

    /// The text without blanks and tabs at one end or both.
    package func withoutBlanks(atStart: Bool = true, atEnd: Bool = true) -> Substring {
        var bytes = Substring(self).utf8
        while atStart, let first = bytes.first, first.isBlank { bytes = bytes.dropFirst() }
        while atEnd, let last = bytes.last, last.isBlank { bytes = bytes.dropLast() }
        return Substring(bytes)
    }
}

extension UInt8 {
    /// ALPHA or DIGIT of RFC 5234, appendix B.1.
    package var isLetterOrDigit: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
    }

    /// WSP of RFC 5234, appendix B.1.
    var isBlank: Bool { self == 0x20 || self == 0x09 }
}
