public import MailModel

/// One URI of `rua`: where reports are to go.
public struct TLSRPTDestination: Hashable, Sendable, CustomStringConvertible {
    /// The URI as it stands in the record.
    public var description: String
    /// What it leads to.
    public var kind: Kind

    /// The address of a mailbox as senders read it, where slashes stand in front of it: `mailto:` is followed by the address
    /// itself (RFC 6068, section 2), so that they belong to it; nil in every other case.
    package var mailboxWithSlashes: String? {
        guard case .mailbox = kind, let colon = description.firstIndex(of: ":") else { return nil }
        let address = description[description.index(after: colon)...].prefix { $0 != "?" }
        return address.hasPrefix("/") ? String(address) : nil
    }

    /// What a URI leads to.
    public enum Kind: Hashable, Sendable {
        /// A mailbox of a domain. RFC 6068.
        case mailbox(domain: DomainName)
        /// A web server. RFC 9110, section 4.2.2.
        case web(host: DomainName)
        /// A mailbox or a web server at an address, for which nothing has to be looked up.
        case address
        /// Nothing that senders can report to; the phrase says why.
        case unusable(String)
    }

    /// Reads a URI (RFC 3986). What is no URI breaks the record; one that leads nowhere is unusable.
    ///
    /// Commas, exclamation marks and semicolons must be percent-encoded (RFC 8460, section 3), so an exclamation mark
    /// breaks the record: DMARC's size suffix, `!10m`, has no place here.
    init(_ text: String) throws(GrammarFault) {
        guard !text.isEmpty else { throw GrammarFault("rua has an empty URI") }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !Self.forbidden.contains($0) }) else {
            throw GrammarFault("\(TextFields.quoted(text)) holds a character that must be percent-encoded in a URI")
        }
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), text[..<colon].isScheme else {
            throw GrammarFault("\(TextFields.quoted(text)) has no scheme, so it is no URI")
        }
        guard let rest = text[text.utf8.index(after: colon)...].percentDecoded else {
            throw GrammarFault("\(TextFields.quoted(text)) has a percent sign that encodes nothing")
        }
        description = text
        kind =
            switch text[..<colon].lowercased() {
            case "mailto": Self.mailbox(rest)
            case "https": Self.web(text[text.utf8.index(after: colon)...])
            case let scheme: .unusable("senders report to mailto: and https: only, not to \(scheme.shortened):")
            }
    }

    /// `!` and what RFC 3986 allows nowhere in a URI.
    private static let forbidden = Set("!\"<>\\^`{|}".utf8)

    /// `addr-spec`, perhaps with header fields behind a question mark. RFC 6068, section 2.
    private static func mailbox(_ text: String) -> Kind {
        let address = text.prefix { $0 != "?" }
        guard let at = address.lastIndex(of: "@"), at > address.startIndex else {
            return .unusable("it is no mail address")
        }
        return named(address[address.index(after: at)...]) { .mailbox(domain: $0) }
    }

    /// `//host[:port]/…`. RFC 3986, section 3.2.
    private static func web(_ text: Substring) -> Kind {
        guard text.hasPrefix("//") else { return .unusable("it names no host") }
        let authority = text.dropFirst(2).prefix { !["/", "?", "#"].contains($0) }
        let place = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        if place.hasPrefix("[") { return named(place.prefix { $0 != "]" } + "]") { .web(host: $0) } }
        let parts = place.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count < 2 || parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return .unusable("\(TextFields.quoted(parts[1])) is no port")
        }
        return named(parts[0]) { .web(host: $0) }
    }

    private static func named(_ text: some StringProtocol, _ kind: (DomainName) -> Kind) -> Kind {
        guard !text.isEmpty else { return .unusable("it names no host") }
        do {
            return kind(try DomainName(input: String(text)))
        } catch .addressLiteral {
            return .address
        } catch {
            return .unusable("\(TextFields.quoted(text)) is no domain name")
        }
    }
}

extension Substring {
    /// ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ). RFC 3986, section 3.1.
    fileprivate var isScheme: Bool {
        guard let first = utf8.first, first.isLetterOrDigit, !(0x30...0x39).contains(first) else { return false }
        return utf8.allSatisfy { $0.isLetterOrDigit || [0x2B, 0x2D, 0x2E].contains($0) }
    }

    /// The text with `%41` read as `A`; nil where a percent sign is followed by anything else than two hexadecimal digits,
    /// or where the result is not UTF-8.
    fileprivate var percentDecoded: String? {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexadecimalValue, let low = rest.popFirst()?.hexadecimalValue else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var hexadecimalValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }
}
