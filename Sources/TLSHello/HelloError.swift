/// Why a hello could not be written, or an answer not be read.
public enum HelloError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The offer has no version, or SSL 2.0 beside others.
    case impossibleOffer(String)
    /// The hello would not fit into one record of 16 KiB.
    case offerTooLarge
    /// The bytes are no TLS record; the first of them, to be quoted.
    case notTLS([UInt8])
    /// A field ends beyond its message; the text names the message.
    case truncated(String)
    /// The message breaks the standard; the text says how.
    case malformed(String)
    /// More than is read of a stranger; the text says of what.
    case limitExceeded(String)

    /// A phrase without a full stop.
    public var description: String {
        switch self {
        case .impossibleOffer(let text): "no such hello: \(text)"
        case .offerTooLarge: "the hello is larger than one record"
        case .notTLS: "the answer is not TLS"
        case .truncated(let name): "\(name) ends too early"
        case .malformed(let text): "malformed TLS: \(text)"
        case .limitExceeded(let text): "too much TLS: \(text)"
        }
    }
}
