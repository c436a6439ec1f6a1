internal import CheckKit

extension Plugin {
    static let dnssec = Plugin(
        "DNSSEC", summary: "Whether the names that mail depends on are signed, and how well.",
        checks: [.dnssecDomain, .dnssecHosts, .dnssecAlgorithms])
}
