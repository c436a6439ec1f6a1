internal import CheckKit

extension Plugin {
    /// Which CAs may issue certificates for the MX hosts.
    static let caa = Plugin(
        "CAA", summary: "Which CAs may issue certificates for the MX hosts, by CAA records.",
        probes: [.caaRecords], checks: [.caaLimitsIssuance])
}
