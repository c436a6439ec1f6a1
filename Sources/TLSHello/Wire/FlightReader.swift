public import MailModel

/// Reads the server's answer to a ClientHello as its bytes come in, until it is decided.
///
/// It holds for hostile bytes: every length is checked, nothing is read beyond 256 KiB, and no input makes it trap.
public struct FlightReader: Sendable {
    /// The most certificates that are kept of a chain.
    public static let certificateLimit = 20

    private let depth: HelloOffer.Depth
    private var records: RecordReader
    private var choice: ServerChoice?
    private var decided: HelloAnswer?

    /// A reader for the answer to an offer.
    public init(_ offer: HelloOffer) {
        depth = offer.depth
        records = RecordReader(expectsSSL2: offer.versions.contains(.ssl2))
    }

    /// The answer, as soon as it is decided; what comes later is not looked at.
    public var answer: HelloAnswer? { decided }

    /// Takes bytes that came from the server, and gives the answer when it is decided.
    public mutating func append(_ bytes: some Collection<UInt8>) -> HelloAnswer? {
        guard decided == nil else { return decided }
        do throws(HelloError) {
            try records.append(bytes)
            while decided == nil, let item = try records.next() { try take(item) }
        } catch {
            // A choice stands, whatever comes behind it.
            decided = choice.map { .chosen($0) } ?? .unreadable(error.text)
        }
        return decided
    }

    /// The answer of a server that has closed the connection.
    public mutating func finish() -> HelloAnswer {
        let answer =
            decided ?? choice.map { .chosen($0) }
            ?? (records.hasBytes ? .unreadable("the server closed within its answer") : .hungUp)
        decided = answer
        return answer
    }

    private mutating func take(_ item: RecordReader.Item) throws(HelloError) {
        switch item {
        case .alert(let isFatal, let code):
            // After a warning the handshake goes on; close_notify ends it all the same (RFC 8446, section 6.1).
            if isFatal || code == 0 { decided = .alert(TLSAlert(code: code, isFatal: isFatal)) }
        case .ssl2(let message): decided = .chosen(try SSL2Hello.read(message))
        case .handshake(let type, let body): try take(type, body)
        case .other:
            // Encrypted from here on; before a ServerHello there is nothing to encrypt.
            if let choice { decided = .chosen(choice) }
        }
    }

    private mutating func take(_ type: UInt8, _ body: ArraySlice<UInt8>) throws(HelloError) {
        guard var choice else {
            switch type {
            // HelloRequest may come at any time and is ignored: RFC 5246, section 7.4.1.1.
            case 0: return
            case 2: begin(try ServerHello.read(body))
            default: throw .malformed("handshake message \(type) before the ServerHello")
            }
            return
        }
        switch type {
        case 11: choice.certificates = try Certificates.read(body)
        case 12: try ServerKeyExchange.read(body, into: &choice)
        case 13: choice.asksForCertificate = true
        case 14: decided = .chosen(choice)
        case 22: choice.staple = try Certificates.readStatus(body)
        default: break
        }
        self.choice = choice
        if type == 12, depth <= .keyExchange { decided = .chosen(choice) }
    }

    private mutating func begin(_ choice: ServerChoice) {
        self.choice = choice
        let isLast =
            switch depth {
            case _ where choice.version == .tls13: true
            case .choice: true
            case .keyExchange: CipherSuite.with(code: choice.suite).map { !$0.hasServerParameters } ?? false
            case .flight: false
            }
        if isLast { decided = .chosen(choice) }
    }
}

extension HelloError {
    /// What is said of an answer: no TLS at all is quoted.
    fileprivate var text: String {
        guard case .notTLS(let bytes) = self else { return description }
        return "the answer is not TLS: " + String(decoding: bytes, as: UTF8.self).escapedForTerminal
    }
}
