package import CheckKit
package import MailModel

extension Probe {
    /// Asks for the domain's MX records. RFC 5321, section 5.1. Named servers take their place: then a lookup that fails leaves
    /// open only whether the answer is signed.
    static let mxRecords = Probe.perDomain(.lookingUp("MX records").sending(.lookups(1...1, "MX of {domain}"))) {
        (target: DomainTarget) async throws -> MXRecords in
        let named = target.settings.servers.map(\.host)
        do {
            let records = MXRecords(try await target.wire.dns.lookup(target.domain, .mx), of: target.domain)
            return named.isEmpty ? records : records.naming(named)
        } catch let failure as DNSFailure where !named.isEmpty {
            var records = MXRecords(security: .indeterminate("\(failure)"), of: target.domain).naming(named)
            // Nobody knows what is published then.
            records.publishedStatus = nil
            return records
        }
    }

    /// Asks for the addresses of every MX host, or of the domain itself where it has no MX record.
    static let mailHosts = Probe.perDomain(
        .lookingUp("addresses").sending(.lookups(2...2, "A and AAAA", each: "MX host"))
    ) {
        (target: DomainTarget, records: MXRecords) async throws -> MailHosts in
        if records.isMissing {
            let host = try await target.resolve(target.domain, preference: nil)
            return MailHosts(host.hasNoAddress ? [] : [host]).limited(to: target.settings.maximumAddresses)
        }
        if records.isNullMX {
            return MailHosts(besideNullMX: try await target.resolve(target.domain, preference: nil))
        }
        return try await target.resolve(records.distinctHosts).limited(to: target.settings.maximumAddresses)
    }
}

extension MXRecords {
    /// Each host once, with its lowest preference.
    fileprivate var distinctHosts: [MXRecord] {
        var seen: Set<DomainName> = []
        return withHost.filter { seen.insert($0.exchange).inserted }
    }
}

extension DomainTarget {
    /// All hosts at once: a resolver queues better than we do. Hosts over the limit are listed and not asked for.
    fileprivate func resolve(_ records: [MXRecord]) async throws -> MailHosts {
        let tooMany = Absence.inconclusive("a run looks up at most \(settings.maximumHosts) MX hosts")
        return try await withThrowingTaskGroup(of: (Int, MailHost).self) { group in
            var targets = records.map {
                MailHost($0.exchange, preference: $0.preference, ipv4: .absent(tooMany), ipv6: .absent(tooMany))
            }
            for (index, record) in records.prefix(settings.maximumHosts).enumerated() {
                group.addTask { (index, try await resolve(record.exchange, preference: record.preference)) }
            }
            for try await (index, host) in group { targets[index] = host }
            return MailHosts(targets)
        }
    }

    fileprivate func resolve(_ name: DomainName, preference: UInt16?) async throws -> MailHost {
        async let ipv4 = addresses(of: name, .a)
        async let ipv6 = addresses(of: name, .aaaa)
        var host = MailHost(name, preference: preference, ipv4: try await ipv4, ipv6: try await ipv6)
        let named = settings.servers.filter { $0.host == name }
        let addresses = named.compactMap(\.address)
        // Whoever is named without an address has those of the DNS as well.
        if !addresses.isEmpty {
            host.move(to: addresses + (addresses.count < named.count ? host.found : []))
        }
        // Addresses of the other family are not contacted, and yet a sender may be: they belong to what is not tested.
        let unused = host.found.filter { !settings.families.contains($0.family) }
        host.switchedOff = unused.isEmpty ? nil : unused
        return host
    }

    private func addresses(
        of name: DomainName, _ type: DNSRecordType
    ) async throws -> Observed<AddressLookup> {
        if let fault = name.mailHostFault { return .absent(.notApplicable("\(name) \(fault)")) }
        return try await wire.dns.addresses(of: name, type)
    }
}

extension MailHost {
    /// The host as it would be with these addresses: the answers are signed as they are now.
    fileprivate mutating func move(to addresses: [IPAddress]) {
        func lookup(_ family: IPAddress.Family, _ now: Observed<AddressLookup>) -> Observed<AddressLookup> {
            let security = now.value?.security ?? .indeterminate(now.absence?.description ?? "")
            return .present(AddressLookup(security: security, Set(addresses.filter { $0.family == family }).sorted()))
        }
        (ipv4, ipv6) = (lookup(.ipv4, ipv4), lookup(.ipv6, ipv6))
    }
}

extension DNSClient {
    /// Looks addresses up; a failed lookup is a value here, because a host with one good family is still a host.
    package func addresses(of name: DomainName, _ type: DNSRecordType) async throws -> Observed<AddressLookup> {
        do {
            return .present(AddressLookup(try await lookup(name, type), to: name))
        } catch let failure as DNSFailure {
            return .absent(.inconclusive(failure.description))
        }
    }
}

extension MailHosts {
    /// Leaves out what is over the limit of distinct addresses, the least preferred hosts' first: a hostile MX set must not
    /// aim us at many others.
    fileprivate func limited(to limit: Int) -> MailHosts {
        var seen: Set<IPAddress> = []
        var limited = self
        for index in targets.indices {
            limited.targets[index].leftOut = targets[index].addresses.filter { address in
                guard !seen.contains(address) else { return false }
                guard seen.count < limit else { return true }
                seen.insert(address)
                return false
            }
        }
        return limited
    }
}
