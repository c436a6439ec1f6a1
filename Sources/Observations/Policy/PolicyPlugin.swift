internal import CheckKit

extension Plugin {
    /// What senders are told to insist on.
    static let policy = Plugin(
        "Policy", summary: "What a domain promises to senders with MTA-STS, and what that leads to.",
        probes: [.mtaSTSRecord, .mtaSTSPolicy],
        derivations: [.mtaSTSDelivery])
}
