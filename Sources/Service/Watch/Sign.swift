public import FoundationEssentials
public import MailModel

/// Something that one look at a domain has shown, and that somebody wants to be told.
public struct Sign: Sendable, Hashable {
    /// What it is about.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A fact has changed.
        case change
        /// The letter is worse than it was.
        case drop
        /// The letter is worse than the list wants.
        case below
        /// A certificate ends soon.
        case certificate
        /// A finding.
        case finding
        /// What will go wrong by what is known now.
        case forecast
        /// We see nothing.
        case ownSide = "own-side"

        /// How often it must be seen before it counts: what one look may have been wrong about, twice.
        public var sightings: Int {
            switch self {
            case .drop, .below, .finding, .ownSide: 2
            case .change, .certificate, .forecast: 1
            }
        }
    }

    /// What it is about.
    public var kind: Kind
    /// Which of its kind: the code of a finding, the name of a forecast; empty where there is one only.
    public var detail: String
    /// Where the cause is.
    public var cause: Cause
    /// What is so, one sentence that names the fact.
    public var sentence: String
    /// Until when it holds, or when it comes true; nil where that is not known.
    public var due: Date?
    /// The letter before it dropped.
    public var letterBefore: String?
    /// The letter of now, where it is about that.
    public var letter: String?

    /// A sign.
    public init(_ kind: Kind, _ detail: String = "", at cause: Cause, _ sentence: String, due: Date? = nil) {
        self.kind = kind
        self.detail = detail
        self.cause = cause
        self.sentence = sentence
        self.due = due
    }
}

/// What one look at a domain has shown.
public struct Look: Sendable {
    /// The list by whose rules it is read.
    public var list: String
    /// The domain.
    public var domain: DomainName
    /// What was seen.
    public var signs: [Sign]
    /// Of which signs it is certain that they are not there, unless they are among `signs`: kinds with their details.
    public var settled: @Sendable (Sign.Kind, String) -> Bool

    /// A look that has settled nothing.
    public init(
        list: String, domain: DomainName, signs: [Sign] = [],
        settled: @escaping @Sendable (Sign.Kind, String) -> Bool = { _, _ in false }
    ) {
        self.list = list
        self.domain = domain
        self.signs = signs
        self.settled = settled
    }
}
