public import MailModel

/// Whom the resolver asks, what it trusts and how long it waits.
public struct ResolverSettings: Hashable, Sendable {
    /// Who answers our questions. Whoever it is, the answers are validated here.
    public enum Upstream: Hashable, Sendable {
        /// The name servers of the system's resolver file.
        case system
        /// Nobody but the authoritative servers, from the root down. Special-purpose addresses are never asked.
        case recursive
        /// One recursive server. A loopback or private address is fine: it was chosen, not learnt from the DNS.
        case address(IPAddress, port: UInt16)
    }

    /// The keys that the chain of trust starts at.
    public enum TrustAnchors: Hashable, Sendable {
        /// The root's keys, `RootTrustAnchors`.
        case builtIn
        /// A file with DNSKEY or DS records in master-file form, one a line.
        case file(String)
        /// Nothing: every answer is insecure. For a resolver that strips DNSSEC, through which every signed name would
        /// look forged; its self-test gives the reason, what was seen with anchors, and no verdict on DNSSEC or DANE is given.
        case none(because: String)
    }

    /// Who is asked.
    public var upstream: Upstream
    /// What is trusted.
    public var trustAnchors: TrustAnchors
    /// How long one lookup may take. libunbound alone would give up after some 22 seconds.
    public var deadline: Duration
    /// The file that `Upstream.system` reads.
    public var systemFile = "/etc/resolv.conf"
    /// Where full recursion starts, `ADDRESS@PORT`, instead of the root servers that the library knows; for tests.
    var rootServer: String?

    /// The system's resolver, the built-in anchors and ten seconds, unless said otherwise.
    public init(
        upstream: Upstream = .system, trustAnchors: TrustAnchors = .builtIn, deadline: Duration = .seconds(10)
    ) {
        self.upstream = upstream
        self.trustAnchors = trustAnchors
        self.deadline = deadline
    }
}

extension ResolverSettings.Upstream {
    /// Reads `system`, `recursive`, `ADDRESS`, `IPV4:PORT` or `[IPV6]:PORT`; the port is 53 unless given.
    public init?(_ text: String) {
        switch text {
        case "system": self = .system
        case "recursive": self = .recursive
        default:
            if let address = IPAddress(text) {
                self = .address(address, port: 53)
                return
            }
            guard let colon = text.lastIndex(of: ":"), let port = Self.port(text[text.index(after: colon)...]) else {
                return nil
            }
            var host = text[..<colon]
            let bracketed = host.hasPrefix("[") && host.hasSuffix("]")
            if bracketed { host = host.dropFirst().dropLast() }
            guard let address = IPAddress(String(host)), bracketed == (address.family == .ipv6) else { return nil }
            self = .address(address, port: port)
        }
    }

    private static func port(_ text: Substring) -> UInt16? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(text), port > 0 else {
            return nil
        }
        return port
    }
}

/// Why a resolver cannot be set up; the description says which setting to change.
public enum ResolverError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The trust anchor file cannot be opened.
    case unreadableTrustAnchors(file: String, reason: String)
    /// The trust anchor file holds something else, or nothing.
    case noTrustAnchors(file: String)
    /// The system's resolver file cannot be read.
    case unreadableSystemFile(file: String, reason: String)
    /// libunbound refused one of our own settings.
    case badOption(String, reason: String)
    /// This machine gives us no memory, thread or socket.
    case local(String)

    /// One sentence.
    public var description: String {
        switch self {
        case .unreadableTrustAnchors(let file, let reason):
            "The trust anchor file \(file) cannot be read: \(reason)."
        case .noTrustAnchors(let file):
            "The trust anchor file \(file) is not a list of DNSKEY or DS records in master-file form."
        case .unreadableSystemFile(let file, let reason):
            "The system's resolver file \(file) cannot be read: \(reason). Name a resolver or choose full recursion."
        case .badOption(let option, let reason):
            "The resolver library refuses the setting \(option): \(reason)."
        case .local(let text):
            "The resolver cannot be started: \(text)."
        }
    }
}
