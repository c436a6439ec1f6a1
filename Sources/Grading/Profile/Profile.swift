public import CheckKit
internal import MailModel

/// A grading policy: which checks run and what their outcomes are worth. Made from YAML by a `ProfileLibrary`.
public struct Profile: Sendable {
    /// The stable name.
    public let id: String
    /// The name for people.
    public let title: String
    /// What the profile is for, if it says so.
    public let summary: String?
    /// SHA-256 of the merged form, hexadecimal: two grades compare only when this is equal.
    public let digest: String
    /// What it changes about a run.
    public let run: RunChanges
    /// The checks that run, in the order of the plugins.
    public let checks: [WeightedCheck]
    /// The severities it changes, by finding code.
    public let severities: [String: SeverityRule]
    /// What a check is worth whose worst finding has this severity: from 0 to 1.
    public let credit: [Severity: Double]
    /// The letters by score, best first; none in a profile that has requirements only.
    public let bands: [Band]
    /// The hard lines, by id.
    public let caps: [Cap]
    /// When no letter is given, by id.
    public let withholds: [Withhold]
    /// What a standard asks for, in the order of the file.
    public var requirements: [Requirement] = []
    /// The standard that the requirements come from.
    public var standard: Standard?
    /// The problems that are known and accepted until a day.
    public var waivers: [Waiver] = []
    /// The finding codes that must not be waived, each with the reason.
    public var neverWaive: [String: String] = [:]
    /// The domains that it judges in a way of their own, in its order; the first that fits counts.
    public var classes: [DomainClass] = []
    /// The checks that it declares itself, each with its program; in the order of the file.
    public var externalChecks: [ExternalCheck] = []
    /// The paths of the files that it was read from: its own, and those that it extends.
    package var files: [String] = []
    /// The merged document that all this was read from.
    let document: YAMLNode
    /// What is odd about the profile and does not stop it from being used.
    public let warnings: [Diagnostic]

    /// A check with what it is worth.
    public struct WeightedCheck: Sendable {
        /// The check's id.
        public let id: String
        /// At what kind of place it judges.
        public let scope: Scope
        /// Its share of the score: any unit, 0 or more.
        public let weight: Double
        /// Points on top of the score, earned where it finds nothing at any place.
        public let bonus: Double
        /// Its knobs as the profile turns them; nil where it leaves them alone.
        public let parameters: (any Parameters)?
    }

    /// A letter and the score it begins at.
    public struct Band: Sendable, Hashable {
        /// The letter.
        public let grade: Grade
        /// The lowest score that earns it, from 0 to 100.
        public let from: Double
    }

    /// A hard line: while the condition holds, the grade is at most this letter.
    public struct Cap: Sendable, Hashable {
        /// Its name in the profile.
        public let id: String
        /// The best letter that is left.
        public let atMost: Grade
        /// When it fires.
        public let when: Condition
        /// The reason, one sentence.
        public let because: String
    }

    /// A reason to give no letter at all.
    public struct Withhold: Sendable, Hashable {
        /// Its name in the profile.
        public let id: String
        /// When it applies.
        public let when: Condition
        /// The reason, one sentence.
        public let because: String
    }

    /// What a profile changes about how a run behaves on the network.
    public struct RunChanges: Sendable, Hashable {
        /// The limit for the whole run.
        public var deadline: Duration?
        /// How many connections one address may see at a time.
        public var connectionsPerServer: Int?
        /// The name given in EHLO.
        public var helo: String?
        /// The sender of relay probes.
        public var relaySender: String?
        /// The recipient of relay probes.
        public var relayRecipient: String?
    }
}

extension Profile {
    /// The ids of the checks to plan.
    public var checkIDs: [String] { checks.map { $0.id } }

    /// Whether it gives letters.
    public var isGraded: Bool { !bands.isEmpty }

    /// The parameters to judge with, by check.
    public var parameters: [String: any Parameters] {
        var parameters: [String: any Parameters] = [:]
        for check in checks { parameters[check.id] = check.parameters }
        return parameters
    }

    /// How severe a finding is under this profile.
    public func severity(of finding: Finding) -> Severity {
        severities[finding.code]?.severity(of: finding.arguments) ?? finding.description.severity
    }

    /// How severe a finding of this kind can be under this profile, whatever its arguments.
    package func severities(of description: FindingDescription) -> ClosedRange<Severity> {
        severities[description.code]?.range ?? description.severity...description.severity
    }

    /// The letter that a score alone earns.
    public func band(for score: Double) -> Grade {
        // A mean of thirds must not miss a band by a rounding error.
        bands.first { score + 1e-9 >= $0.from }?.grade ?? .f
    }
}
