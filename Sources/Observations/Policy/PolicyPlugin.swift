internal import CheckKit

extension Plugin {
    /// What senders are told to insist on.
    static let policy = Plugin(
        "Policy",
        summary: "What a domain promises with MTA-STS and asks for with TLS-RPT, and what that leads to.",
        probes: [.mtaSTSRecord, .mtaSTSPolicy, .tlsrptRecord],
        derivations: [.mtaSTSDelivery])
}
