public import MailModel

extension UnboundClient {
    /// Asks for the root's SOA record, whose validation needs the root's DNSKEY records too. Takes one deadline at most.
    public func selfTest() async -> ResolverHealth {
        do {
            askAheadForRoot()
            try await Task.sleep(for: Self.apart)
            switch try await lookup(.root, .soa).security {
            case .secure: return .validates
            case .insecure, .indeterminate:
                return .stripsDNSSEC(reason: anchorless ?? "no trust anchor covers the root")
            case .bogus(let reason): return .stripsDNSSEC(reason: reason)
            }
        } catch let failure as DNSFailure {
            return .unreachable(failure)
        } catch {
            return .unreachable(.local("the self-test was cancelled"))
        }
    }
}
