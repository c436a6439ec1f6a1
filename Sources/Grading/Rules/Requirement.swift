internal import FoundationEssentials

/// One rule of a standard, in our own words, with what must be seen for it to be met.
public struct Requirement: Sendable, Hashable {
    /// Its name in the profile.
    public let id: String
    /// Where the standard says it, for example `II.1.a.i`.
    public let clause: String
    /// How much the standard insists.
    public let level: Level
    /// What it asks for, one sentence.
    public let text: String
    /// When it is met, or why that is never known.
    public let basis: Basis
    /// The group that it belongs to, by which classes of domains can leave it out; nil for none.
    public var group: String?
    /// What it is about.
    public var subject = Subject.everyDomain
    /// The first day on which the standard asks for it; nil where it always has.
    public var from: CalendarDay?
    /// The last day on which the standard asks for it; nil where it names none.
    public var until: CalendarDay?
    /// Why it is not asked of a class of domains, one sentence; nil where it is.
    public internal(set) var leftOut: String?

    /// How much a standard insists.
    public enum Level: String, Sendable, Hashable, CaseIterable {
        /// Without it nobody complies.
        case must
        /// Recommended: listed, and no obstacle to complying.
        case should
    }

    /// What a standard asks something of.
    public enum Subject: String, Sendable, Hashable, CaseIterable {
        /// Every domain, whether it accepts mail or not.
        case everyDomain = "every-domain"
        /// Mail servers: nothing is asked of a domain that certainly has none.
        case mailServers = "mail-servers"
    }

    /// What decides a requirement.
    public enum Basis: Sendable, Hashable {
        /// Met when this holds.
        case condition(Condition)
        /// Nobody can see it from outside, and why.
        case notObservable(String)
        /// It could be seen from outside, and this version does not look; why, or what is missing.
        case notObserved(String)
    }
}

extension Requirement {
    /// Why the standard does not ask for it at an instant, one sentence; nil when it does.
    func isDormant(at instant: Date) -> String? {
        if let from, !from.hasBegun(at: instant) { return "It applies from \(from)." }
        if let until, until.isOver(at: instant) { return "It applied until \(until)." }
        return nil
    }
}

/// Where the requirements of a profile come from, and how far our reading of them can be trusted.
public struct Standard: Sendable, Hashable {
    /// The document, for example `Binding Operational Directive 18-01`.
    public let name: String
    /// Which edition of it.
    public let edition: String
    /// When that was published.
    public let published: CalendarDay?
    /// Where the text can be read.
    public let source: String?
    /// How reliable the encoding is, one or two sentences.
    public let confidence: String
}
