public import CheckKit

extension Profile.RunChanges {
    /// The settings with the changes made.
    public func applied(to settings: RunSettings) -> RunSettings {
        var settings = settings
        settings.deadline = deadline ?? settings.deadline
        settings.connectionsPerServer = connectionsPerServer ?? settings.connectionsPerServer
        settings.helo = helo ?? settings.helo
        settings.relaySender = relaySender ?? settings.relaySender
        settings.relayRecipient = relayRecipient ?? settings.relayRecipient
        return settings
    }

    /// The settings of one run for several profiles: the longest deadline, the fewest connections. What a run can have only
    /// one of must not be said in two ways.
    public static func merged(
        _ changes: [Profile.RunChanges], over settings: RunSettings
    ) throws(Profile.RunConflict) -> RunSettings {
        let each = changes.map { $0.applied(to: settings) }
        var merged = settings
        merged.deadline = each.map(\.deadline).max() ?? settings.deadline
        merged.connectionsPerServer = each.map(\.connectionsPerServer).min() ?? settings.connectionsPerServer
        merged.helo = try one("helo", changes.map(\.helo)) ?? settings.helo
        merged.relaySender = try one("relay-sender", changes.map(\.relaySender)) ?? settings.relaySender
        merged.relayRecipient = try one("relay-recipient", changes.map(\.relayRecipient)) ?? settings.relayRecipient
        return merged
    }

    private static func one(_ key: String, _ values: [String?]) throws(Profile.RunConflict) -> String? {
        let said = values.compactMap { $0 }
        guard let first = said.first else { return nil }
        if let other = said.first(where: { $0 != first }) {
            throw Profile.RunConflict(key: key, values: [first, other])
        }
        return first
    }
}

extension Profile {
    /// Two profiles that cannot share a run: each wants another value of a setting that a run has once.
    public struct RunConflict: Error, Equatable, CustomStringConvertible {
        /// The setting, as profiles name it.
        public let key: String
        /// Two values that were asked for.
        public let values: [String]

        /// Two sentences.
        public var description: String {
            "The profiles ask for different values of \(key): \(values.joined(separator: " and ")). "
                + "Run mailgrade once for each."
        }
    }
}
