internal import CheckKit

extension Plugin {
    static let dnssec = Plugin(
        "DNSSEC", summary: "Whether the names that mail depends on are signed, and how well.",
        probes: [.signingZones],
        checks: [.dnssecDomain, .dnssecHosts, .dnssecAlgorithms])
}
