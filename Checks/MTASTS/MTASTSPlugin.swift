internal import CheckKit

extension Plugin {
    /// Whether senders are told to insist on authenticated TLS.
    static let mtaSTS = Plugin(
        "MTASTS",
        summary:
            "Whether the domain tells senders, with MTA-STS, to insist on authenticated TLS, and what that leads to.",
        checks: [.mtaSTSPublished, .mtaSTSEnforced, .mtaSTSPolicyQuality])
}
