public import MailModel

extension UnboundClient {
    /// Asks for the root's SOA record, whose validation needs the root's DNSKEY records too. Takes one deadline at most.
    public func selfTest() async -> ResolverHealth {
        do {
            askAheadForRoot()
            try await Task.sleep(for: Self.apart)
            let answer = try await lookup(.root, .soa)
            // Captive portals and the like say of every name that there is none.
            let denial = ResolverHealth.unreachable(.local("it says that the DNS has no root"))
            return switch answer.security {
            case _ where answer.status == .nxDomain: denial
            case .bogus(let reason): .stripsDNSSEC(reason: reason)
            case _ where answer.records.isEmpty: denial
            case .secure: .validates
            case .insecure, .indeterminate: .stripsDNSSEC(reason: anchorless ?? "no trust anchor covers the root")
            }
        } catch let failure as DNSFailure {
            return .unreachable(failure)
        } catch {
            return .unreachable(.local("the self-test was cancelled"))
        }
    }
}
