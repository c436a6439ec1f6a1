internal import CheckKit

extension Plugin {
    /// What is looked up of a domain and its hosts.
    static let dns = Plugin(
        "DNS",
        summary: "What the domain’s records say of its mail servers: MX, addresses, TLSA, and how far they validate.",
        probes: [.mxRecords, .mailHosts, .ptrNames, .resolverSelfTest, .signingZones, .tlsaRecords],
        derivations: [.validatedDNS])
}
