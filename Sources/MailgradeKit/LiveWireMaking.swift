public import CheckEngine
public import CheckKit
public import LiveWire
public import MailModel

extension Wire {
    /// The wire to the real network, of a process that makes one run. Throws `UsageError` when a file or a setting does not do;
    /// that is found out before the first packet.
    public static func live(_ request: WireRequest) async throws -> Wire {
        try await request.wire(of: Network(request))
    }
}

extension Network {
    /// The network that a request asks for, for a process that makes many runs. Throws `UsageError` when a file or a setting does not
    /// do; nothing is sent.
    public convenience init(_ request: WireRequest) throws {
        do {
            try self.init(try request.network)
        } catch let problem as TrustStore.Problem {
            throw UsageError("The certificate authorities cannot be used: \(problem.description).")
        } catch let error as ResolverError {
            throw UsageError("\(error)")
        } catch let shortage as Shortage {
            throw UsageError("\(shortage)")
        } catch let failure as WireFailure {
            throw UsageError("The network cannot be used: \(failure).")
        }
    }
}

extension Mailgrade {
    /// The application of a process that makes many runs: they share a network, and with it the budget of every address; and, with
    /// `facts`, what was seen of hosts, addresses and servers. Those facts are of this network alone.
    public init(plugins: [Plugin], network: Network, facts: (any FactStore)? = nil) {
        self.init(plugins: plugins, facts: facts) { try await $0.wire(of: network) }
    }
}

extension WireRequest {
    fileprivate func wire(of network: Network) async throws -> Wire {
        try await network.wire(for: domain) { note(sentence($0)) }
    }

    fileprivate var network: Network.Settings {
        get throws {
            guard let upstream = ResolverSettings.Upstream(resolver) else {
                throw UsageError("There is no resolver \(resolver). Use system, recursive or an address.")
            }
            var network = Network.Settings()
            network.resolver = upstream
            network.trustAnchors = trustAnchorFile.map { .file($0) } ?? .builtIn
            network.caFile = caFile
            network.allowed = allowed
            network.connectionPolicy = ConnectionPolicy(
                connectionsPerServer: settings.connectionsPerServer, spacing: settings.spacing,
                patience: settings.patience)
            network.patience = min(network.patience, settings.deadline / 2)
            return network
        }
    }

    fileprivate func sentence(_ remark: Network.Remark) -> String {
        switch remark {
        case .recursionInstead(let reason):
            "DNSSEC cannot be validated through the system's resolver (\(reason)): using full recursion instead."
        case .nothingValidated(let reason):
            "Answers of the resolver \(resolver) cannot be validated: \(reason). DNSSEC and DANE will "
                + "be undetermined. Name another with --resolver, check this machine\u{2019}s clock, or name the "
                + "right keys with --trust-anchor."
        }
    }
}
