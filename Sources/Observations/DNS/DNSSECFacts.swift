// DNSSEC (RFC 4033 to 4035) signs the records of a zone. The parent zone publishes a digest of the zone's key (DS), the
// zone its keys (DNSKEY), and each set of records comes with a signature (RRSIG); the root's key is known to everybody.
//
//     .             DNSKEY   the trust anchor
//     com.          DS, DNSKEY
//     example.com.  DS, DNSKEY, MX + RRSIG
//
// A validator follows that chain and finds an answer secure; insecure, where a signed proof says that a zone is not
// signed; or bogus, where it should be signed and is not. Proofs that a name does not exist are signed too (NSEC, NSEC3).
// Nothing of this can be told through a resolver that takes the signatures away: that is tested first.
public import CheckKit
public import MailModel

/// What the self-test of our resolver found.
public struct ResolverSelfTest: DomainFact, Hashable {
    /// `dnssec.resolver`.
    public static let id: FactID = "dnssec.resolver"
    /// Whether it lets us validate.
    public var health: ResolverHealth

    /// A result.
    public init(_ health: ResolverHealth) { self.health = health }
}

/// Says that what the DNS told us was validated. Absent, and inconclusive, when our resolver did not let us: whatever asks
/// for it gives no verdict then.
public struct ValidatedDNS: DomainFact, Hashable {
    /// `dnssec.validated`.
    public static let id: FactID = "dnssec.validated"

    /// It was.
    public init() {}

    /// What our resolver does is the same for every domain.
    public static var dependency: Dependency? {
        Dependency(fact: factType, kind: .single, holdsForEveryDomain: true)
    }
}

extension Probe {
    /// Tests our own resolver.
    static let resolverSelfTest = Probe.perDomain(.testing("DNSSEC at the resolver").sending(.selfTest)) {
        (target: DomainTarget) async throws -> ResolverSelfTest in
        ResolverSelfTest(await target.wire.dns.selfTest())
    }
}

extension Derivation {
    /// Whether DNSSEC can be judged at all.
    static let validatedDNS = Derivation.perDomain { (test: ResolverSelfTest) throws(Absence) -> ValidatedDNS in
        switch test.health {
        case .validates: return ValidatedDNS()
        case .stripsDNSSEC(let reason):
            throw .inconclusive("The resolver of this run does not deliver DNSSEC signatures that verify (\(reason)).")
        case .unreachable(let failure):
            throw .inconclusive("The resolver of this run does not answer for the root (\(failure)).")
        }
    }
}

extension Traffic {
    fileprivate static let selfTest = Traffic.lookups(1...1, "SOA of the root, which is known to be signed")
}
