internal import CheckKit

extension Plugin {
    static let relay = Plugin(
        "Relay", summary: "Whether a server relays mail for strangers.",
        checks: [.relayClosed.deciding(.relaying), .relayDetoursRefused])
}
