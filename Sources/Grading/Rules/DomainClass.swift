internal import CheckKit
internal import MailModel

/// Domains that a profile judges in a way of their own: parked ones, those that only send, those with a null MX.
public struct DomainClass: Sendable {
    /// Its name in the profile.
    public let id: String
    /// The domains that the organisation names; nil where none are.
    public let domains: [HostPattern]?
    /// What must have been found; nil where nothing must.
    public let when: Condition?
    /// The profile with what the class says laid over it.
    public let profile: Profile
    /// What the class says.
    let overlay: YAMLNode

    /// The name under `leave-out` that stands for every requirement of the profile itself.
    static let everything = "all"

    /// Whether a domain is meant: it is named, and what must have been found certainly was.
    func contains(_ domain: DomainName?, _ ledger: Ledger) -> Bool {
        if let domains {
            guard let domain, domains.contains(where: { $0.matches(domain) }) else { return false }
        }
        return when.map { ConditionEvaluator(ledger: ledger).truth(of: $0) == .yes } ?? true
    }
}

extension Profile {
    /// The first class that a domain belongs to by what was found.
    func domainClass(of domain: DomainName?, _ ledger: Ledger) -> DomainClass? {
        classes.first { $0.contains(domain, ledger) }
    }
}
