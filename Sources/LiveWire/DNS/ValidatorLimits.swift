internal import MailModel

/// What is known of zones that are signed and that our validator cannot check.
///
/// libunbound treats a zone as unsigned when it knows none of the algorithms of its DS records (RFC 4035, section 5.2), and
/// which it knows depends on the cryptographic library that it was built with: Debian’s does not know Ed448, its daemon
/// does. What others validate must not look unsigned because of us. Found out by trying: a DS record that is secure, above
/// keys that are not.
final class ValidatorLimits: Sendable {
    /// More are forgotten together: each costs a question or two to find out again.
    private static let many = 4096
    /// How long a finding holds. Zones change their keys, and a service runs for months.
    private static let age = Duration.seconds(3600)

    private let known = Locked<[DomainName: (finding: Finding, until: Duration)]>([:])
    private let now: @Sendable () -> Duration

    /// Nothing is known yet. Tests have a clock of their own.
    init<C: Clock>(clock: C = ContinuousClock()) where C.Duration == Duration {
        let start = clock.now
        now = { start.duration(to: clock.now) }
    }

    /// What the DS and DNSKEY records of a zone say.
    enum Finding: Sendable {
        /// The zone is signed, and only our validator does not see it; the phrase says with what.
        case ours(String)
        /// The zone is signed with something that nobody validates.
        case nobodys
        /// The zone is validated.
        case validated
    }

    /// What was found out of a zone; nil where that was long ago, or never.
    func finding(_ zone: DomainName) -> Finding? {
        let now = now()
        return known.withLock { known in known[zone].flatMap { now < $0.until ? $0.finding : nil } }
    }

    /// Takes note of what was found out of a zone.
    func note(_ finding: Finding, of zone: DomainName) {
        let until = now() + Self.age
        known.withLock { known in
            if known.count >= Self.many { known = [:] }
            known[zone] = (finding, until)
        }
    }
}

extension UnboundClient {
    /// Marks an insecure answer as indeterminate where the zone is signed and our own validator cannot check it. Only types
    /// on which verdicts about DNSSEC and DANE rest are worth the questions, most of which the cache answers.
    func marking(_ answer: DNSAnswer, to name: DomainName, _ type: DNSRecordType) async throws -> DNSAnswer {
        guard answer.security == .insecure, anchorless == nil, Self.typesThatMatter.contains(type) else {
            return answer
        }
        var marked = answer
        for owner in [name, answer.canonicalName].compactMap({ $0 }) {
            switch try await limit(of: owner, type) {
            case .ours(let phrase)?:
                marked.security = .indeterminate(phrase)
                return marked
            case .validated?: continue
            case .nobodys?, nil: return answer
            }
        }
        return answer
    }

    private static let typesThatMatter: Set<DNSRecordType> = [.mx, .a, .aaaa, .cname, .tlsa, .soa, .dnskey]

    /// Follows the DS records from the top to the zone of a name; nil where an unsigned delegation is on the way. Of a
    /// zone whose keys cannot be looked up nobody knows whether it is validated.
    private func limit(of name: DomainName, _ type: DNSRecordType) async throws -> ValidatorLimits.Finding? {
        var deepest: (zone: DomainName, signers: [DNSRecord])?
        for ancestor in name.ancestors {
            guard let answer = try await quietly(ancestor, .ds), answer.security == .secure else { break }
            if !answer.records.isEmpty { deepest = (ancestor, answer.records) }
        }
        guard let (zone, signers) = deepest else { return nil }
        if let known = limits.finding(zone) { return known }
        // The keys of the zone itself: secure means that there is nothing that we cannot check.
        guard let keys = try await quietly(zone, .dnskey) else {
            return .ours("the zone \(zone) has a DS record, and its keys could not be looked up")
        }
        let finding: ValidatorLimits.Finding =
            switch keys.security {
            case .secure, .bogus, .indeterminate: .validated
            case .insecure: SigningAlgorithm.inUse(signers).map { .ours(Self.phrase(zone, $0)) } ?? .nobodys
            }
        limits.note(finding, of: zone)
        return finding
    }

    private static func phrase(_ zone: DomainName, _ algorithm: String) -> String {
        "the zone \(zone) is signed with \(algorithm), which the resolver library of this machine cannot check; others can"
    }

    private func quietly(_ name: DomainName, _ type: DNSRecordType) async throws -> DNSAnswer? {
        do {
            return try await ask(name, type)
        } catch is DNSFailure {
            return nil
        }
    }
}

extension DomainName {
    /// The names above this one and itself, from the top-level domain down.
    fileprivate var ancestors: [DomainName] {
        let chain = Array(sequence(first: self) { $0.parent }.prefix { $0 != .root })
        return chain.reversed()
    }
}
