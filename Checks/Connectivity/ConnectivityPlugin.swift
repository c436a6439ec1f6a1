internal import CheckKit

extension Plugin {
    static let connectivity = Plugin(
        "Connectivity", summary: "Whether mail servers can be reached, and how they greet.",
        checks: [
            .smtpReachable, .smtpReachableOverIPv6, .greetingValid, .conversationHolds, .repliesInStep,
            .connectionsAlike,
            .vantageSeesEverything,
        ])
}
