internal import LiveWire
public import MailModel

extension Wire {
    /// The wire to the real network. Throws `UsageError` when a file or a setting does not do; that is found out before
    /// the first packet.
    public static func live(_ request: WireRequest) async throws -> Wire {
        do {
            let resolver = try Resolver(request)
            let anchors = try request.caFile.map { try TrustStore(caFile: $0) } ?? TrustStore.system()
            let ledger = ConnectionLedger()
            let smtp = try LiveSMTPClient(
                trustStore: anchors, allowed: request.allowed, manners: request.manners,
                ledger: ledger)
            let https = try LiveHTTPSClient(trustStore: anchors, allowed: request.allowed, ledger: ledger)
            return Wire(
                dns: try await resolver.checked(), smtp: smtp, https: https, pki: OpenSSLVerifier(), ledger: ledger)
        } catch let problem as TrustStore.Problem {
            throw UsageError("The certificate authorities cannot be used: \(problem.description).")
        } catch let error as ResolverError {
            throw UsageError("\(error)")
        } catch let failure as WireFailure {
            throw UsageError("The network cannot be used: \(failure).")
        }
    }
}

/// The resolver that was asked for. Through one that strips DNSSEC every signed domain would look forged; full recursion
/// is then tried instead of the system's.
private struct Resolver {
    private let request: WireRequest
    private let upstream: ResolverSettings.Upstream
    private let anchors: ResolverSettings.TrustAnchors
    private let client: UnboundClient

    init(_ request: WireRequest) throws {
        guard let upstream = ResolverSettings.Upstream(request.resolver) else {
            throw UsageError("There is no resolver \(request.resolver). Use system, recursive or an address.")
        }
        self.request = request
        self.upstream = upstream
        anchors = request.trustAnchorFile.map { .file($0) } ?? .builtIn
        client = try UnboundClient(ResolverSettings(upstream: upstream, trustAnchors: anchors))
    }

    /// The resolver, once it is known what can be validated through it. One that does not answer at all is kept: each
    /// lookup will say so. Where nothing can be validated, nothing is: DNSSEC and DANE then get no verdict, and no domain
    /// looks forged that is not.
    func checked() async throws -> UnboundClient {
        if let domain = request.domain, upstream != .recursive { client.askAhead(for: domain) }
        guard case .stripsDNSSEC(let reason) = await health(of: client) else { return client }
        guard upstream == .system else { return try unvalidated(reason) }
        request.note(
            "DNSSEC cannot be validated through the system's resolver (\(reason)): using full recursion instead.")
        let recursive = try UnboundClient(ResolverSettings(upstream: .recursive, trustAnchors: anchors))
        return await health(of: recursive) == .validates ? recursive : try unvalidated(reason)
    }

    /// What the self-test says in time.
    private func health(of client: UnboundClient) async -> ResolverHealth {
        await withTaskGroup { [patience = request.resolverPatience] group in
            group.addTask { await client.selfTest() }
            group.addTask {
                try? await Task.sleep(for: patience)
                return .unreachable(.timedOut)
            }
            defer { group.cancelAll() }
            return await group.next() ?? .unreachable(.timedOut)
        }
    }

    private func unvalidated(_ reason: String) throws -> UnboundClient {
        request.note(
            "Answers of the resolver \(request.resolver) cannot be validated: \(reason). DNSSEC and DANE will "
                + "be undetermined. Name another with --resolver, check this machine\u{2019}s clock, or name the "
                + "right keys with --trust-anchor.")
        return try UnboundClient(ResolverSettings(upstream: upstream, trustAnchors: .none(because: reason)))
    }
}
