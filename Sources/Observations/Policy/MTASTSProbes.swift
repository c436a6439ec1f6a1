internal import CheckKit
internal import MailModel

extension Probe {
    /// Asks for the TXT records at `_mta-sts`, aliases followed (RFC 8461, section 8.2).
    static let mtaSTSRecord = Probe.perDomain(
        .lookingUp("MTA-STS record").sending(.lookups(1...1, "TXT of _mta-sts.{domain}"))
    ) {
        (target: DomainTarget) async throws -> MTASTSRecord in
        let name = target.domain.prefixed("_mta-sts")
        return MTASTSRecord(TextLookup(try await target.wire.dns.lookup(name, .txt), to: name))
    }

    /// Fetches the policy, once; without a record only the first address is tried.
    static let mtaSTSPolicy = Probe.perDomain(.lookingUp("MTA-STS policy").sending(.policy)) {
        (target: DomainTarget, record: MTASTSRecord) async throws -> MTASTSPolicy in
        let host = target.domain.prefixed("mta-sts")
        async let ipv4 = target.addresses(of: host, .ipv4, .a)
        async let ipv6 = target.addresses(of: host, .ipv6, .aaaa)
        var policy = MTASTSPolicy(host, ipv4: try await ipv4, ipv6: try await ipv6)
        // The addresses of a bogus answer may be an attacker's.
        let isBogus = [policy.ipv4, policy.ipv6].compactMap(\.value).contains { $0.security.bogusReason != nil }
        let addresses = policy.addresses.prefix(record.isAttempted ? MTASTSPolicy.addressLimit : 1)
        guard !addresses.isEmpty, !isBogus else { return policy }
        let request = HTTPSRequest(host: host, addresses: Array(addresses), path: MTASTSPolicy.path)
        policy.exchange = try await target.wire.https.get(request, transcript: target.transcript("mta-sts policy"))
        policy.dropForeignBody(keepingFaults: record.isAttempted)
        return policy
    }
}

extension MTASTSPolicy {
    /// At most this many addresses are tried: a zone must not aim us at many others.
    fileprivate static let addressLimit = 4

    /// Forgets a body that no verdict depends on: error pages, what is cut off, and, where no record asks for a policy, the
    /// page of a web server that answers to every name.
    fileprivate mutating func dropForeignBody(keepingFaults: Bool) {
        switch fetch {
        case .document: break
        case .invalid where keepingFaults, .compressed where keepingFaults: break
        default: exchange?.response?.body = []
        }
        if !keepingFaults { exchange?.partial?.body = [] }
    }
}

extension DomainTarget {
    fileprivate func addresses(
        of host: DomainName, _ family: IPAddress.Family, _ type: DNSRecordType
    ) async throws -> Observed<AddressLookup> {
        guard settings.families.contains(family) else {
            return .absent(.notApplicable("\(family.rawValue) is switched off"))
        }
        return try await wire.dns.addresses(of: host, type)
    }
}

extension Traffic {
    fileprivate static let policy = Traffic.requests(
        0...1, "https://mta-sts.{domain}/.well-known/mta-sts.txt, where that name has an address",
        labelled: "mta-sts policy")
}
