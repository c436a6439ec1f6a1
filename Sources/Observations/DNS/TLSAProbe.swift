internal import CheckKit
internal import MailModel

extension Probe {
    /// Asks for a host's TLSA records where senders do: at the TLSA base domain, and only below secure addresses. Broken
    /// name servers that know addresses only are so left alone. RFC 7672, section 2.2.2.
    static let tlsaRecords = Probe.perHost(.lookingUp("TLSA records").sending(.lookups(0...2, "TLSA"))) {
        (target: HostTarget, host: MailHost, _: ValidatedDNS) async throws -> TLSARecords in
        let bases = try await target.baseDomains(of: host)
        var records = TLSARecords([])
        for base in bases {
            let lookup = try await target.lookup(base)
            records.lookups.append(lookup)
            if lookup.security.bogusReason != nil || records.effective != nil { return records }
        }
        if bases.isEmpty, let lookup = try? await target.lookup(host.name), lookup.hasRecords {
            records.ignored = lookup
        }
        return records
    }
}

extension HostTarget {
    /// The candidates for the TLSA base domain, best first; none where the addresses are not secure.
    fileprivate func baseDomains(of host: MailHost) async throws -> [DomainName] {
        let answers = host.lookups.filter { !$0.addresses.isEmpty && $0.security.bogusReason == nil }
        guard let first = answers.first else { throw host.whyNoAddress }
        if let why = answers.lazy.compactMap(\.security.indeterminateReason).first { throw Absence.inconclusive(why) }
        if answers.allSatisfy({ $0.security == .secure }) {
            guard let end = first.canonicalName else { return [host.name] }
            return [end, host.name]
        }
        // An alias into an unsigned zone makes the whole answer insecure; whether the alias itself is signed only a
        // lookup of its own can tell. RFC 7672, section 2.1.3.
        guard answers.contains(where: { $0.canonicalName != nil }) else { return [] }
        let alias = try await ask(host.name, .cname)
        if case .bogus(let reason) = alias.security {
            throw Absence.inconclusive("the alias \(host.name) does not validate: \(reason)")
        }
        if let why = alias.security.indeterminateReason { throw Absence.inconclusive(why) }
        return alias.security == .secure && !alias.records.isEmpty ? [host.name] : []
    }

    fileprivate func lookup(_ base: DomainName) async throws -> TLSALookup {
        let name = base.prefixed("_tcp").prefixed("_\(settings.port)")
        let answer = try await ask(name, .tlsa)
        let records = answer.records.compactMap { record -> TLSARecord? in
            guard case .tlsa(let usage, let selector, let matchingType, let data) = record else { return nil }
            return TLSARecord(usage: usage, selector: selector, matchingType: matchingType, data: data)
        }
        if let why = answer.security.indeterminateReason { throw Absence.inconclusive(why) }
        return TLSALookup(
            base: base, name: name, security: answer.security, records,
            malformed: answer.records.count - records.count, ttl: answer.ttl, signature: answer.signature)
    }

    private func ask(_ name: DomainName, _ type: DNSRecordType) async throws -> DNSAnswer {
        do {
            return try await wire.dns.lookup(name, type)
        } catch let failure as DNSFailure {
            throw Absence.inconclusive("the \(type) lookup of \(name) failed, and mail waits then: \(failure)")
        }
    }
}

extension MailHost {
    /// Why there is no address from which a base domain could follow.
    fileprivate var whyNoAddress: Absence {
        if let reason = bogusReason { return .notApplicable("its addresses do not validate: \(reason)") }
        if let failure = failures.first { return .inconclusive(failure) }
        return .notApplicable("it has no address")
    }
}
