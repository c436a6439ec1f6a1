/// What one folder of checks brings: how its facts are learnt, how they are derived, and how they are judged.
public struct Plugin: Sendable {
    /// The folder's name.
    public let name: String
    /// What the folder is about, one sentence.
    public let summary: String
    /// The steps that touch the network.
    public let probes: [Probe]
    /// The pure steps between facts.
    public let derivations: [Derivation]
    /// The judgements.
    public let checks: [Check]

    /// A plugin by its parts.
    public init(
        _ name: String, summary: String, probes: [Probe] = [], derivations: [Derivation] = [], checks: [Check] = []
    ) {
        self.name = name
        self.summary = summary
        self.probes = probes
        self.derivations = derivations
        self.checks = checks
    }
}
