internal import MailModel

/// A policy as senders read it. RFC 8461, section 3.2.
public struct MTASTSDocument: Hashable, Sendable {
    /// What senders are to do when an MX host does not fit. RFC 8461, section 5.
    public enum Mode: String, Hashable, Sendable, CaseIterable {
        /// Deliver nothing there.
        case enforce
        /// Deliver all the same, and report.
        case testing
        /// Act as if there were no policy.
        case none
    }

    /// The mode.
    public var mode: Mode
    /// For how many seconds senders may remember the policy.
    public var maxAge: Int
    /// The patterns of MX host names.
    public var patterns: [MTASTSPattern]
    /// The names of fields that the standard does not know; senders ignore them.
    public var unknownFields: [String] = []
    /// The names of fields that are there more than once although only the first counts.
    public var repeatedFields: [String] = []
    /// The numbers of the lines that are empty, which the grammar forbids and senders skip all the same.
    public var blankLines: [Int] = []

    /// The longest time that senders may remember a policy, in seconds: a year.
    package static let longestMaxAge = 31_557_600

    /// A policy of these parts.
    package init(mode: Mode, maxAge: Int, patterns: [MTASTSPattern]) {
        self.mode = mode
        self.maxAge = maxAge
        self.patterns = patterns
    }

    /// Reads a policy:
    ///
    ///     sts-policy-record = sts-policy-field *WSP *(sts-policy-term sts-policy-field *WSP) [sts-policy-term]
    ///     sts-policy-field  = name ":" *WSP value
    ///     sts-policy-term   = LF / CRLF
    ///
    /// `version`, `mode` and `max_age` are there once each, `mx` at least once unless the mode is none; their order is
    /// free, names and values are case-sensitive. Of a field that is there twice, except `mx`, the first counts. What is
    /// not a field breaks the policy: a blank in front, a stray CR. So does an empty line, by the grammar; but senders skip
    /// it, and a policy that mail goes by counts here.
    package init(_ text: String) throws(GrammarFault) {
        var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { Substring($0) }
        if lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
        var first: [String: Substring] = [:]
        var patterns: [MTASTSPattern] = []
        var unknown: [String] = []
        var repeated: [String] = []
        var blanks: [Int] = []
        guard lines.contains(where: { !$0.isBlankLine }) else { throw GrammarFault("it is empty") }
        for (index, line) in lines.enumerated() {
            if line.isBlankLine {
                blanks.append(index + 1)
                continue
            }
            // A CR belongs to the line end only where an LF follows it.
            let hasEnd = index < lines.count - 1 || text.utf8.last == 0x0A
            let (name, value) = try Self.field(line, hasEnd: hasEnd, number: index + 1)
            switch name {
            case "mx":
                guard let pattern = MTASTSPattern(value) else {
                    throw GrammarFault("\(TextFields.quoted(value)) is no pattern of an MX host name")
                }
                patterns.append(pattern)
            case "version", "mode", "max_age":
                if first[name] == nil { first[name] = value } else { repeated.append(name) }
            default:
                if !value.isExtensionValue {
                    throw GrammarFault("\(TextFields.quoted(value)) cannot be the value of a field")
                }
                unknown.append(name)
            }
        }
        try self.init(first, patterns)
        unknownFields = unknown
        repeatedFields = repeated
        blankLines = blanks
    }

    private init(_ fields: [String: Substring], _ patterns: [MTASTSPattern]) throws(GrammarFault) {
        func required(_ name: String) throws(GrammarFault) -> Substring {
            guard let value = fields[name] else { throw GrammarFault("it has no \(name)") }
            return value
        }
        let version = try required("version")
        guard version == "STSv1" else {
            throw GrammarFault("the version is \(TextFields.quoted(version)), not STSv1")
        }
        let word = try required("mode")
        guard let mode = Mode(rawValue: String(word)) else {
            throw GrammarFault("the mode is \(TextFields.quoted(word)), not enforce, testing or none")
        }
        let digits = try required("max_age")
        guard (1...10).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let maxAge = Int(digits)
        else { throw GrammarFault("max_age is \(TextFields.quoted(digits)), not a number of 1 to 10 digits") }
        guard maxAge <= Self.longestMaxAge else {
            throw GrammarFault("max_age is \(maxAge), more than \(Self.longestMaxAge) seconds (a year)")
        }
        guard mode == .none || !patterns.isEmpty else {
            throw GrammarFault("it has no mx, which the mode \(mode.rawValue) needs")
        }
        self.init(mode: mode, maxAge: maxAge, patterns: patterns)
    }

    private static func field(
        _ line: Substring, hasEnd: Bool, number: Int
    ) throws(GrammarFault) -> (name: String, value: Substring) {
        var text = line
        if hasEnd, text.utf8.last == 0x0D { text = Substring(text.utf8.dropLast()) }
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            throw GrammarFault("line \(number), \(TextFields.quoted(text)), has no colon")
        }
        let name = text[..<colon]
        guard name.isFieldName else {
            throw GrammarFault("line \(number) does not begin with the name of a field: \(TextFields.quoted(text))")
        }
        let value = text[text.utf8.index(after: colon)...].withoutBlanks()
        guard !value.isEmpty else { throw GrammarFault("\(name) in line \(number) has no value") }
        return (String(name), value)
    }
}

extension Substring {
    /// Whether there is nothing on the line but blanks and its end.
    fileprivate var isBlankLine: Bool { utf8.allSatisfy { $0.isBlank || $0 == 0x0D } }

    /// Printable characters, UTF-8 among them, and blanks between them.
    fileprivate var isExtensionValue: Bool {
        utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
