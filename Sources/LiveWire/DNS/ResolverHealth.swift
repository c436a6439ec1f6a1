public import MailModel

/// Whether a resolver lets us validate: what the self-test found at the root of the DNS.
public enum ResolverHealth: Hashable, Sendable {
    /// The root's signatures arrive and verify.
    case validates
    /// An answer arrives without signatures that verify; the reason is the validator's. Verdicts on DNSSEC and DANE
    /// would be false. An upstream that does not know DNSSEC is the usual cause, a wrong clock on this machine another.
    case stripsDNSSEC(reason: String)
    /// No answer at all.
    case unreachable(DNSFailure)
}

extension UnboundClient {
    /// Asks for the root's SOA record, whose validation needs the root's DNSKEY records too. Takes one deadline at most.
    public func selfTest() async -> ResolverHealth {
        do {
            switch try await lookup(.root, .soa).security {
            case .secure: return .validates
            case .insecure: return .stripsDNSSEC(reason: "no trust anchor covers the root")
            case .bogus(let reason): return .stripsDNSSEC(reason: reason)
            }
        } catch let failure as DNSFailure {
            return .unreachable(failure)
        } catch {
            return .unreachable(.local("the self-test was cancelled"))
        }
    }
}
