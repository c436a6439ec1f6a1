import CheckKit

extension Plugin {
    /// What Acme asks of the mail servers of its partners.
    public static let acme = Plugin(
        "Acme", summary: "What Acme asks of the mail servers of its partners.",
        probes: [.vrfyReply],
        derivations: [.greetingName],
        checks: [.greetingNamesHost, .vrfyTellsNothing])
}
