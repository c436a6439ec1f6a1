internal import LiveWire
internal import MailModel

extension Wire {
    /// The wire to the real network. Throws `UsageError` when a file or a setting does not do.
    static func live(_ request: WireRequest) async throws -> Wire {
        do {
            let anchors = try request.caFile.map { try TrustStore(caFile: $0) } ?? TrustStore.system()
            let ledger = ConnectionLedger()
            let smtp = try LiveSMTPClient(
                trustStore: anchors, allowed: request.allowed, connectionsPerServer: request.connectionsPerServer,
                ledger: ledger)
            return Wire(dns: try await resolver(request), smtp: smtp, ledger: ledger)
        } catch let problem as TrustStore.Problem {
            throw UsageError("The certificate authorities cannot be used: \(problem.description).")
        } catch let error as ResolverError {
            throw UsageError("\(error)")
        } catch let failure as WireFailure {
            throw UsageError("The network cannot be used: \(failure).")
        }
    }

    /// The resolver that was asked for, once it is known to let us validate. Through one that strips DNSSEC every signed
    /// domain would look forged; instead of the system's, full recursion is then tried.
    private static func resolver(_ request: WireRequest) async throws -> UnboundClient {
        guard let upstream = ResolverSettings.Upstream(request.resolver) else {
            throw UsageError("There is no resolver \(request.resolver). Use system, recursive or an address.")
        }
        let anchors = request.trustAnchorFile.map { ResolverSettings.TrustAnchors.file($0) } ?? .builtIn
        let client = try UnboundClient(ResolverSettings(upstream: upstream, trustAnchors: anchors))
        guard case .stripsDNSSEC(let reason) = await client.selfTest() else { return client }
        guard upstream == .system else { throw unfit(request.resolver, reason) }
        request.note("The system's resolver does not let us validate DNSSEC (\(reason)): trying full recursion.")
        let recursive = try UnboundClient(ResolverSettings(upstream: .recursive, trustAnchors: anchors))
        guard await recursive.selfTest() == .validates else { throw unfit("system", reason) }
        return recursive
    }

    private static func unfit(_ resolver: String, _ reason: String) -> UsageError {
        UsageError(
            "Answers of the resolver \(resolver) cannot be validated: \(reason). Name another with --resolver, check this "
                + "machine\u{2019}s clock, or name the right keys with --trust-anchor.")
    }
}
