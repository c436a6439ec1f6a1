public import MailModel

/// What the process has and its runs share: the resolver, trust anchors, TLS contexts, and the budget of every address, so
/// that two runs never double the load on a server. It makes a wire for each run.
public final class Network: Sendable {
    /// What a network is made of.
    public struct Settings: Sendable {
        /// Who answers DNS lookups.
        public var resolver = ResolverSettings.Upstream.system
        /// Where DNSSEC's chain of trust begins.
        public var trustAnchors = ResolverSettings.TrustAnchors.builtIn
        /// The file of certificate authorities; nil for the system's.
        public var caFile: String?
        /// Special-purpose networks that may be contacted.
        public var allowed: [AddressBlock] = []
        /// How gently each address is treated.
        public var connectionPolicy = ConnectionPolicy()
        /// How long it may take to find out what the resolver does.
        public var patience = Duration.seconds(10)
        /// How long it is believed of the resolver that signatures verify through it, or that they do not.
        public var looksAgain = Duration.seconds(300)

        /// The system's resolver and authorities, and the connection policy of an interactive run.
        public init() {}
    }

    /// What is worth knowing of the resolver.
    public enum Remark: Sendable, Hashable {
        /// The system's resolver strips DNSSEC, and why we say so: full recursion is used instead.
        case recursionInstead(String)
        /// Nothing can be validated, and why: DNSSEC and DANE get no verdict.
        case nothingValidated(String)
    }

    private let smtp: LiveSMTPClient
    private let https: LiveHTTPSClient
    private let resolver: CheckedResolver

    /// Sets everything up; nothing is sent. Throws `TrustStore.Problem`, `ResolverError` or `WireFailure.local` where a file or
    /// a setting does not do, and `Shortage` where the process may not use what a run needs.
    public init(_ settings: Settings = Settings()) throws {
        try Shortage.refuseNetwork()
        resolver = try CheckedResolver(settings)
        let anchors = try settings.caFile.map { try TrustStore(caFile: $0) } ?? TrustStore.system()
        smtp = try LiveSMTPClient(
            trustStore: anchors, allowed: settings.allowed, connectionPolicy: settings.connectionPolicy)
        https = try LiveHTTPSClient(trustStore: anchors, allowed: settings.allowed)
    }

    /// The wire of a run, with a ledger of its own. The first one finds out what the resolver does, and others wait for that.
    public func wire(
        for domain: DomainName? = nil, remark: @Sendable (Remark) -> Void = { _ in }
    ) async throws -> Wire {
        if let domain { resolver.askAhead(for: domain) }
        let (dns, said) = try await resolver.checked()
        if let said { remark(said) }
        let ledger = ConnectionLedger()
        return Wire(
            dns: dns, smtp: smtp.counting(in: ledger), https: https.counting(in: ledger), pki: OpenSSLVerifier(),
            ledger: ledger)
    }
}
