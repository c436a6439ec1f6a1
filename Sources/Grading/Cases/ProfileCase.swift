public import FoundationEssentials
public import MailModel

/// What the author of a profile expects of it: a run, saved or made up, and what it must come to.
public struct ProfileCase: Sendable {
    /// Its name in the file.
    public let id: String
    /// Where it stands in the file.
    public let position: SourcePosition
    /// The run.
    let run: Run
    /// The domain that it is judged as; nil for the run's own.
    public let domain: DomainName?
    /// The class of domains that it is judged as; nil where the domain and what was found say which.
    let domainClass: String?
    /// When it is judged; nil for the run's own instant.
    public let instant: Date?
    /// What it must come to; at least one thing.
    let expectations: [CaseExpectation]

    /// Where a run comes from.
    enum Run: Sendable {
        /// A file that `--evidence` has saved: its path, and where the case names it.
        case saved(String, SourcePosition)
        /// One that the author made up.
        case madeUp(CaseSituation)
    }

    /// The file of evidence, and where the case names it; nil where the run is made up.
    public var evidence: (path: String, position: SourcePosition)? {
        if case .saved(let path, let position) = run { (path, position) } else { nil }
    }
}

/// The cases of a profile, in the order of their file.
public struct ProfileCases: Sendable {
    /// The name of the file.
    public let file: String
    /// The cases; at least one.
    public let all: [ProfileCase]

    /// Where the cases of a profile are looked for: `acme.tests.yaml` beside `acme.yaml`. Nil for a file that is named
    /// otherwise, a built-in profile for example.
    public static func file(beside profile: String) -> String? {
        for ending in [".yaml", ".yml"] where profile.hasSuffix(ending) && !profile.hasSuffix(".tests\(ending)") {
            return "\(profile.dropLast(ending.count)).tests\(ending)"
        }
        return nil
    }
}

/// What became of a case.
public struct CaseResult: Sendable {
    /// What the profile makes of the run.
    public let assessment: Assessment
    /// What came out otherwise than expected, in the order of the file; empty where the case holds.
    public let mismatches: [Mismatch]

    /// One expectation that does not hold.
    public struct Mismatch: Sendable {
        /// Where the expectation stands.
        public let position: SourcePosition
        /// What was expected and what came out, a phrase without a full stop.
        public let message: String
    }
}
