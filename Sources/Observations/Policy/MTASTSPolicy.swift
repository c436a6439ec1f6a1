public import CheckKit
package import FoundationEssentials
public import MailModel

/// What fetching `https://mta-sts.<domain>/.well-known/mta-sts.txt` led to. RFC 8461, section 3.3.
///
/// Fetched whether or not there is a record, because a policy without a record is worth telling. Absent when the lookup of
/// the record failed.
public struct MTASTSPolicy: DomainFact {
    /// `mta-sts.policy`.
    public static let id: FactID = "mta-sts.policy"

    /// The policy host: `mta-sts.` in front of the domain, whoever runs it.
    public var host: DomainName
    /// What the lookup of its A records gave.
    public var ipv4: Observed<AddressLookup>
    /// What the lookup of its AAAA records gave.
    public var ipv6: Observed<AddressLookup>
    /// What became of the request; nil where there is no address to send it to.
    public var exchange: HTTPSExchange?

    /// A policy host, its addresses, and what became of the request.
    public init(
        _ host: DomainName, ipv4: Observed<AddressLookup> = .present(AddressLookup()),
        ipv6: Observed<AddressLookup> = .present(AddressLookup()), exchange: HTTPSExchange? = nil
    ) {
        self.host = host
        self.ipv4 = ipv4
        self.ipv6 = ipv6
        self.exchange = exchange
    }

    /// The path at which a policy lies.
    public static let path = "/.well-known/mta-sts.txt"

    /// Every address that was found, IPv4 first.
    public var addresses: [IPAddress] { [ipv4, ipv6].compactMap(\.value).flatMap(\.addresses) }

    /// How fetching ended, every reason apart.
    public enum Fetch: Hashable, Sendable {
        /// The policy host does not exist or has no address.
        case noHost(String)
        /// The answer to the lookup of its addresses does not validate.
        case bogus(String)
        /// No address takes a connection.
        case unreachable(String)
        /// The TLS handshake fails.
        case noTLS(String)
        /// The server takes the request and gives no whole response, or none that can be understood.
        case noResponse(String)
        /// A redirect, which senders must not follow.
        case redirect(status: Int, to: String?)
        /// A status other than 200.
        case status(Int)
        /// A body over 64 KiB.
        case tooLarge
        /// A body that is compressed although nobody asked for it; the text names the coding.
        case compressed(String)
        /// A body that breaks the grammar.
        case invalid(String)
        /// A policy.
        case document(MTASTSDocument)
        /// It cannot be told: a lookup that failed, a server that is slow, our own side.
        case unknown(String)
    }

    /// How fetching ended. What the certificate is worth is another question: see `certificateProblems`.
    public var fetch: Fetch {
        guard let exchange else { return withoutAddress }
        guard exchange.address != nil else { return withoutConnection(exchange) }
        if let failure = exchange.failure { return Fetch(failure, partial: exchange.partial) }
        guard let response = exchange.response else { return .unknown("the request was not finished") }
        switch response.status {
        case 200: break
        case 300..<400: return .redirect(status: response.status, to: response.location)
        default: return .status(response.status)
        }
        guard !response.isTruncated else { return .tooLarge }
        if let coding = response.compression { return .compressed(coding) }
        guard let text = response.text else { return .invalid("it is not UTF-8") }
        do {
            return .document(try MTASTSDocument(text))
        } catch {
            return .invalid(error.description)
        }
    }

    /// The certificates of the policy host.
    package var chain: CertificateChain? {
        exchange?.handshake.map { CertificateChain($0.chain, path: $0.path, host: host) }
    }

    /// Why a sender would not trust the policy host: its certificate must be valid for this very name (STS-12).
    package func certificateProblems(at instant: Date) -> [PKIXProblem] {
        chain?.problems(for: host, at: instant) ?? []
    }

    /// Whether the response says that it is plain text; the parameters do not matter (STS-13).
    package var isPlainText: Bool {
        let type = exchange?.response?.contentType?.split(separator: ";", omittingEmptySubsequences: false).first
        return type?.withoutBlanks().lowercased() == "text/plain"
    }

    private var withoutAddress: Fetch {
        let lookups = [ipv4, ipv6].compactMap(\.value)
        if let reason = lookups.compactMap(\.security.bogusReason).first {
            return .bogus("the addresses of \(host) do not validate: \(reason)")
        }
        if lookups.contains(where: { $0.status == .nxDomain }) { return .noHost("\(host) does not exist") }
        return missingLookup.map { .unknown($0) } ?? .noHost("\(host) has neither an A nor an AAAA record")
    }

    /// One address of which nothing is known leaves it open: senders may get through there.
    private func withoutConnection(_ exchange: HTTPSExchange) -> Fetch {
        let attempts = exchange.failedAttempts
        let texts = attempts.map { "\($0.address) \($0.failure)" }.joined(separator: "; ")
        let isCertain = attempts.allSatisfy { Absence.failed($0.failure).certainty == .decisive }
        if isCertain, attempts.count >= addresses.count, missingLookup == nil { return .unreachable(texts) }
        return .unknown("\(host) could not be reached from here: \(texts)")
    }

    private var missingLookup: String? {
        for (type, lookup) in [("A", ipv4), ("AAAA", ipv6)] {
            if let why = lookup.absence { return "the \(type) lookup of \(host): \(why)" }
        }
        return nil
    }
}

extension MTASTSPolicy.Fetch {
    /// Why there is no policy, a phrase without a full stop; nil when there is one.
    package var failure: String? {
        switch self {
        case .noHost(let why), .bogus(let why), .unknown(let why): why
        case .unreachable(let why): "the policy host takes no connection: \(why)"
        case .noTLS(let why): "the TLS handshake with the policy host fails: \(why)"
        case .noResponse(let why): "the policy host gives no complete response: \(why)"
        case .redirect(let status, let target):
            "the policy host redirects with \(status)"
                + (target.map { " to \($0.escapedForTerminal.shortened)" } ?? "")
        case .status(let status): "the policy host answers \(status)"
        case .tooLarge: "the policy is larger than 64 KiB"
        case .compressed(let coding):
            "the policy is sent compressed (\(coding.escapedForTerminal.shortened)) though not asked for"
        case .invalid(let why): "the policy breaks the grammar: \(why)"
        case .document: nil
        }
    }

    /// What a failure on a connection says.
    fileprivate init(_ failure: WireFailure, partial: HTTPResponse?) {
        switch failure {
        case .timedOut, .local, .noRoute: self = .unknown("the policy host: \(failure)")
        case .handshake(let reason, let alert): self = .noTLS(alert.map { "alert \($0)" } ?? reason)
        case .closedEarly(stage: "handshake"): self = .noTLS("\(failure)")
        default: self = .noResponse(partial.map { "\($0.whatArrived), then \(failure)" } ?? "\(failure)")
        }
    }
}

extension HTTPResponse {
    /// How the body is compressed; nil where it can be read as it is. RFC 9110, section 8.4; RFC 1952, section 2.3.1.
    fileprivate var compression: String? {
        if body.starts(with: [0x1F, 0x8B]) { return "gzip" }
        guard let contentEncoding, contentEncoding.lowercased() != "identity" else { return nil }
        return text == nil ? contentEncoding : nil
    }

    /// What came of a response that did not come whole: a phrase.
    fileprivate var whatArrived: String {
        let length = contentLength.map { " of \($0)" } ?? ""
        return "it sends status \(status) and \(body.count)\(length) octets of the body"
    }
}
