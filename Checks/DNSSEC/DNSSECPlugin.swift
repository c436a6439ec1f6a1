internal import CheckKit

extension Plugin {
    static let dnssec = Plugin(
        "DNSSEC", summary: "Whether the names that mail depends on are signed, and how well.",
        probes: [.resolverSelfTest, .signingZones], derivations: [.validatedDNS],
        checks: [.dnssecDomain, .dnssecHosts, .dnssecAlgorithms])
}
