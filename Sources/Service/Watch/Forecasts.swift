internal import CheckEngine
public import CheckKit
public import FoundationEssentials
internal import MailModel
internal import Observations

/// What will go wrong by what is known now: each says when, and of which fact. Pure; the evidence has its derived facts.
public enum Forecasts {
    /// TLSA records are looked at so long before the certificate ends: most are renewed then.
    static let renewal: TimeInterval = 30 * 86_400

    /// The facts that forecasts and dates of certificates are made of.
    public static let facts: [FactID] = [
        TLSSession.id, TLSARecords.id, MXRecords.id, MTASTSPolicy.id, Vantage.id, ResolverSelfTest.id,
    ]

    /// Every forecast of a domain's evidence, but that for policies, which needs to know what was before.
    public static func signs(in evidence: Evidence, at instant: Date) -> [Sign] {
        evidence.servers.compactMap { nextKey(of: $0, in: evidence, at: instant) }
            + evidence.hosts.flatMap { signatures(of: $0.name, in: evidence, at: instant) }
    }

    /// Certificates that end within so many days, each host once; those that have ended are a matter of the grade, and stay.
    public static func endingCertificates(in evidence: Evidence, within days: Int, at instant: Date) -> [Sign] {
        let last = instant.addingTimeInterval(Double(days) * 86_400)
        return evidence.servers.compactMap { server in
            guard let end = evidence.chain(of: server).map(\.notAfter).min(), end <= last else { return nil }
            let verb = end < instant ? "has ended" : "ends"
            return Sign(
                .certificate, "\(days)", at: .host(server.host),
                "The certificate of \(server.host) \(verb) on \(end.day).", due: end)
        }
    }

    /// Records of the kind DANE-EE that name the certificate of now, and nothing else, while it is about to be renewed: the next one
    /// will match none, unless it keeps its key. RFC 7671, section 8.1.
    static func nextKey(of server: MailServer, in evidence: Evidence, at instant: Date) -> Sign? {
        guard let leaf = evidence.chain(of: server).first, leaf.notAfter > instant,
            leaf.notAfter.timeIntervalSince(instant)
                <= min(renewal, leaf.notAfter.timeIntervalSince(leaf.notBefore) / 3),
            let records = evidence.observed(TLSARecords.self, at: .host(server.host)).value?.effective?.usable,
            !records.isEmpty
        else { return nil }
        // What matches something else may be the next key, or a CA: then nobody is told that nothing will match.
        let pins = records.map { leaf.isPinned(by: $0) }
        guard pins.allSatisfy({ $0 == true }) else { return nil }
        let pinsKey = records.contains { $0.selector == 1 }
        return Sign(
            .forecast, "tlsa-next-key", at: .host(server.host),
            "The certificate of \(server.host) is to be renewed until \(leaf.notAfter.day), and its TLSA records name "
                + "nothing but \(pinsKey ? "the key of now: unless that is kept, none" : "this certificate: none") will match "
                + "the next one.",
            due: leaf.notAfter)
    }

    /// Signatures over TLSA records that end soon: a signer that works renews them earlier than in the last eighth of their time.
    static func signatures(of host: DomainName, in evidence: Evidence, at instant: Date) -> [Sign] {
        let lookups = evidence.observed(TLSARecords.self, at: .host(host)).value?.lookups ?? []
        return lookups.compactMap { lookup in
            guard let times = lookup.signature, lookup.security == .secure else { return nil }
            let left = Double(times.expiration) - instant.timeIntervalSince1970
            guard left > 0, left < Double(times.expiration - times.inception) / 8 else { return nil }
            let end = Date(timeIntervalSince1970: Double(times.expiration))
            return Sign(
                .forecast, "signatures-end", at: .host(host),
                "The signature over the TLSA records of \(lookup.name) ends at \(end.minute), and was not renewed.",
                due: end)
        }
    }

    /// A policy that was in force until a while ago, and that senders may remember for its `max_age`, while MX hosts of now do not fit
    /// it. RFC 8461, sections 3.2 and 8.3.
    public static func oldPolicy(
        _ before: Observed<any Fact>, until last: Date, in evidence: Evidence, at instant: Date
    ) -> Sign? {
        guard let policy = before.value as? MTASTSPolicy, case .document(let document) = policy.fetch,
            document.mode == .enforce
        else { return nil }
        let end = last.addingTimeInterval(Double(document.maxAge))
        let misfits = evidence.hosts.map(\.name).filter { host in !document.patterns.contains { $0.matches(host) } }
        guard end > instant, let first = misfits.first else { return nil }
        return Sign(
            .forecast, "old-policy", at: .policyHost(policy.host),
            "Senders may remember the MTA-STS policy of \(policy.host) as it was until \(end.minute), and it does not name "
                + "\(misfits.count == 1 ? "the MX host \(first)" : "\(misfits.count) MX hosts, \(first) among them").",
            due: end)
    }
}

extension Evidence {
    /// The certificates on the path from a server's own, the leaf first; empty where none was seen.
    fileprivate func chain(of server: MailServer) -> [Certificate] {
        guard let handshake = observed(TLSSession.self, at: .server(server)).value?.handshake else { return [] }
        let path = handshake.path.certificates.filter(handshake.chain.indices.contains).map { handshake.chain[$0] }
        return path.isEmpty ? Array(handshake.chain.prefix(1)) : path
    }
}

extension Certificate {
    /// Whether a record names this certificate or its key; nil where that cannot be told from digests, or is not what it does.
    fileprivate func isPinned(by record: TLSARecord) -> Bool? {
        guard record.usage == 3 else { return nil }
        switch (record.selector, record.matchingType) {
        case (0, 0): return record.data == Array(der)
        case (0, 1): return record.data == [UInt8](hexadecimal: SHA256.hex(der))
        case (1, 1): return record.data == [UInt8](hexadecimal: key.sha256)
        default: return nil
        }
    }
}

extension Date {
    /// The day, in UTC.
    var day: String { formatted(.iso8601.year().month().day()) }
    /// The day and the minute, in UTC.
    var minute: String { "\(formatted(.iso8601).prefix(16)) UTC" }
}
