/// A version of SSL or TLS, oldest first.
public enum TLSVersion: String, Codable, Sendable, CaseIterable, Comparable, CustomStringConvertible {
    case ssl2 = "SSLv2"
    case ssl3 = "SSLv3"
    case tls10 = "TLSv1.0"
    case tls11 = "TLSv1.1"
    case tls12 = "TLSv1.2"
    case tls13 = "TLSv1.3"

    /// The name as the RFCs write it: `TLS 1.3`.
    public var description: String {
        switch self {
        case .ssl2: "SSL 2.0"
        case .ssl3: "SSL 3.0"
        case .tls10: "TLS 1.0"
        case .tls11: "TLS 1.1"
        case .tls12: "TLS 1.2"
        case .tls13: "TLS 1.3"
        }
    }

    /// Older before newer.
    public static func < (left: TLSVersion, right: TLSVersion) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}
