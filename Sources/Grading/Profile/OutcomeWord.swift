/// How a check comes out at a place, under a profile's severities: the one list of words of profiles, reports and code.
///
/// A check has exactly one of the six words `clean`, `noted`, `failed`, `inconclusive`, `not-applicable` and `blocked`;
/// `passed` stands for the first two, and only in conditions of profiles.
public enum OutcomeWord: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing worse than a warning was found: `clean` or `noted`.
    case passed
    /// Nothing was found at all, be it for information only.
    case clean
    /// Something was found, and nothing worse than a warning.
    case noted
    /// The worst finding, by the profile's severities, is an error or critical.
    case failed
    /// It could not be told.
    case inconclusive
    /// The question does not arise.
    case notApplicable = "not-applicable"
    /// Something else stood in the way, and another check says what.
    case blocked

    /// Words that reports of 0.1 had for some of these; profiles that use one still load.
    static let former: [String: OutcomeWord] = ["found": .noted]

    /// The words for an outcome that says something about the check's claim.
    static let judged: Set<OutcomeWord> = [.passed, .clean, .noted, .failed]
}
