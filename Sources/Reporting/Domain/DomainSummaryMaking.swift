internal import CheckKit
internal import MailModel
internal import Observations

extension DomainSummary {
    /// What evidence says of its domain. What no step of the plan looked up is nil.
    init(_ evidence: Evidence) {
        let validation = Validation(evidence)
        let list = evidence.observed(MailHosts.self, at: .domain)
        exchange = evidence.asked(MXRecords.self).map { .published($0, list, validation) }
        let signing = evidence.observed(SigningZones.self, at: .domain).value
        zones = (signing?.zones ?? []).map { zone in
            Zone(
                name: zone.name, security: validation.of(zone.security),
                algorithms: zone.keyAlgorithms.map { Self.mnemonics[$0] ?? "algorithm \($0)" })
        }
        unknownZones = signing?.unknown ?? [:]
        mtaSTS = evidence.asked(MTASTSRecord.self).map { record in
            MTASTS(record, evidence.observed(MTASTSPolicy.self, at: .domain), hosts: Self.hosts(evidence))
        }
        tlsa = evidence.hosts.compactMap { TLSA($0, evidence) }
        tlsRPT = evidence.asked(TLSRPTRecord.self).map { TLSRPT($0) }
    }

    /// The hosts that a policy has to name: those that were tested, and those that are published where others were.
    private static func hosts(_ evidence: Evidence) -> [DomainName] {
        let tested = evidence.hosts.map(\.name)
        let published = evidence.observed(MXRecords.self, at: .domain).value?.published ?? []
        return tested + published.filter { !$0.isNullMX && !tested.contains($0.exchange) }.map(\.exchange)
    }

    /// <https://www.iana.org/assignments/dns-sec-alg-numbers>
    private static let mnemonics: [UInt8: String] = [
        1: "RSAMD5", 3: "DSA", 5: "RSASHA1", 6: "DSA-NSEC3-SHA1", 7: "RSASHA1-NSEC3-SHA1", 8: "RSASHA256",
        10: "RSASHA512", 12: "ECC-GOST", 13: "ECDSAP256SHA256", 14: "ECDSAP384SHA384", 15: "ED25519", 16: "ED448",
        17: "SM2SM3", 23: "ECC-GOST12",
    ]
}

extension Evidence {
    /// A fact of the domain, or why it is not there; nil where nobody asked for it.
    fileprivate func asked<F: Fact>(_ type: F.Type) -> Observed<F>? {
        let observed = observed(type, at: .domain)
        return observed.absence == .unplanned ? nil : observed
    }
}

/// Whether this run could tell a zone that is not signed from one whose signatures were taken away.
private struct Validation {
    let isKnown: Bool
    /// Why it could not; nil where nobody asked.
    let doubt: String?

    init(_ evidence: Evidence) {
        let absence = evidence.observed(ValidatedDNS.self, at: .domain).absence
        isKnown = absence == nil
        doubt = absence.flatMap { $0.root == .unplanned ? nil : $0.root.description }
    }

    /// What is proven is proven by anybody; only that there is no signature depends on the resolver.
    func of(_ security: DNSSecurity) -> DomainSummary.Security {
        switch security {
        case .secure: .init(state: .secure, why: nil)
        case .insecure: .init(state: isKnown ? .insecure : .unknown, why: doubt)
        case .bogus(let why): .init(state: .bogus, why: why)
        case .indeterminate(let why): .init(state: .unknown, why: why)
        }
    }
}

extension DomainSummary.MailExchange {
    /// What is supposed in a run about named servers is not published: of the hosts that are, nobody asked more than their names.
    fileprivate static func published(
        _ records: Observed<MXRecords>, _ list: Observed<MailHosts>, _ validation: Validation
    ) -> Self {
        guard var mx = records.value, let published = mx.published else { return Self(records, list, validation) }
        guard let status = mx.publishedStatus else {
            return Self(.absent(.inconclusive(mx.security.indeterminateReason ?? "")), .absent(.unplanned), validation)
        }
        mx.records = published
        mx.status = status
        var exchange = Self(.present(mx), .absent(.unplanned), validation)
        if !published.isEmpty {
            exchange.why = "not tested: this run is about named servers"
        } else if mx.isMissing {
            exchange.why = "there is no MX record; the domain\u{2019}s own addresses were not looked up"
        }
        return exchange
    }

    private init(_ records: Observed<MXRecords>, _ list: Observed<MailHosts>, _ validation: Validation) {
        guard let mx = records.value else {
            let reason = records.absence?.root.description
            (kind, why, hosts) = (.unknown, reason, [])
            security = DomainSummary.Security(state: .unknown, why: reason)
            return
        }
        let known = list.value?.targets.map(Host.init)
        // The records are known before the addresses are: a run that ends between the two still says them.
        hosts = known ?? mx.withHost.map { Host(name: $0.exchange, preference: $0.preference, addresses: [], why: nil) }
        security = validation.of(mx.security)
        why = nil
        if mx.isNullMX {
            kind = .null
        } else if !mx.withHost.isEmpty {
            kind = .listed
            why = mx.nullMX.isEmpty ? nil : "a null MX stands beside them"
        } else if mx.status == .nxDomain {
            kind = .none
            why = "the domain does not exist"
        } else if mx.isMissing {
            // A list that is there and empty was looked up and has no address.
            kind = hosts.isEmpty ? list.value == nil ? .unknown : .none : .implicit
        } else {
            kind = .unknown
            why = mx.security.bogusReason ?? "no MX record can be read"
        }
    }
}

extension DomainSummary.MailExchange.Host {
    fileprivate init(_ host: MailHost) {
        name = host.name
        preference = host.preference
        addresses = host.found
        var remarks = [host.bogusReason, host.aliasTarget.map { "an alias of \($0)" }].compactMap { $0 }
        if host.hasNoAddress { remarks.append("no address") } else if addresses.isEmpty { remarks += host.failures }
        why = remarks.isEmpty ? nil : remarks.joined(separator: "; ")
    }
}

extension DomainSummary.RecordState {
    /// What senders make of a record, with the phrase that says why it does not count and the record where it does.
    fileprivate static func reading<Record>(_ reading: RecordReading<Record>) -> (Self, why: String?, Record?) {
        switch reading {
        case .absent: (.absent, nil, nil)
        case .several(let count): (.invalid, "there are \(count) records, which count as none", nil)
        case .invalid(let why): (.invalid, why, nil)
        case .valid(let record): (.valid, nil, record)
        }
    }
}

extension DomainSummary.MTASTS {
    fileprivate init(_ observed: Observed<MTASTSRecord>, _ fetched: Observed<MTASTSPolicy>, hosts: [DomainName]) {
        switch observed {
        case .present(let record):
            let announcement: MTASTSAnnouncement?
            (self.record, why, announcement) = DomainSummary.RecordState.reading(record.reading)
            id = announcement?.id
        case .absent(let reason): (record, why) = (.unknown, reason.root.description)
        }
        switch fetched {
        case .absent(let reason): whyNoPolicy = reason.root.description
        case .present(let policy):
            whyNoPolicy = policy.fetch.failure
            guard case .document(let document) = policy.fetch else { return }
            self.policy = Policy(document, hosts)
        }
    }
}

extension DomainSummary.MTASTS.Policy {
    fileprivate init(_ document: MTASTSDocument, _ hosts: [DomainName]) {
        mode = document.mode.rawValue
        maxAge = document.maxAge
        patterns = document.patterns.map { pattern in
            .init(text: pattern.description, hosts: hosts.filter(pattern.matches))
        }
        uncovered = hosts.filter { host in !document.patterns.contains { $0.matches(host) } }
    }
}

extension DomainSummary.TLSRPT {
    fileprivate init(_ observed: Observed<TLSRPTRecord>) {
        destinations = []
        switch observed {
        case .present(let found):
            let request: TLSRPTRequest?
            (record, why, request) = DomainSummary.RecordState.reading(found.reading)
            destinations = request?.destinations.map(\.description) ?? []
        case .absent(let reason): (record, why) = (.unknown, reason.root.description)
        }
    }
}

extension DomainSummary.TLSA {
    /// Nil where nobody asked for the records of the host.
    fileprivate init?(_ listed: ListedHost, _ evidence: Evidence) {
        let observed = evidence.observed(TLSARecords.self, at: .host(listed.name))
        guard observed.absence != .unplanned else { return nil }
        host = listed.name
        let lookup = observed.value.flatMap { $0.effective ?? $0.withoutDNSSEC ?? $0.lookups.last }
        name = lookup?.name ?? host.prefixed("_tcp").prefixed("_\(evidence.settings.port)")
        why = observed.absence?.root.description
        // Below an address that is not signed nobody asks, and what is there counts for nothing.
        security = Validation(evidence).of(lookup?.security ?? .insecure)
        let shown = Shown(listed, evidence, published: lookup?.records ?? [])
        keys = shown.keys
        records = (lookup?.records ?? []).enumerated().map { index, record in
            let compared = shown.keys.compactMap(\.matchedBy)
            return Record(
                record: record, fault: record.fault?.description,
                matches: compared.isEmpty ? nil : compared.contains { $0.contains(index) })
        }
    }
}

/// The certificates that the servers of a host show, each once.
private struct Shown {
    private(set) var keys: [DomainSummary.TLSA.Key] = []

    init(_ host: ListedHost, _ evidence: Evidence, published: [TLSARecord]) {
        for address in host.addresses {
            let place = Place.server(MailServer(host: host.name, address: address))
            if let chains = evidence.observed(TLSAMatches.self, at: place).value?.chains, !published.isEmpty {
                for chain in chains {
                    guard let leaf = chain.certificates.first else { continue }
                    let matching = chain.matches.filter(\.names).map(\.record)
                    add(leaf, at: address, matchedBy: published.indices.filter { matching.contains(published[$0]) })
                }
            } else if let leaf = evidence.observed(TLSSession.self, at: place).value?.handshake.chain.first {
                add(leaf, at: address, matchedBy: nil)
                // Whoever publishes a record for one of two keys promises that the other is never shown.
                let other = evidence.observed(OtherCertificate.self, at: place).value?.handshake?.chain.first
                if let other { add(other, at: address, matchedBy: nil) }
            }
        }
    }

    private mutating func add(_ leaf: Certificate, at address: IPAddress, matchedBy: [Int]?) {
        let kind = leaf.key.kind
        let same = keys.firstIndex { $0.kind == kind && $0.sha256 == leaf.key.sha256 && $0.matchedBy == matchedBy }
        if let same {
            if !keys[same].addresses.contains(address) { keys[same].addresses.append(address) }
        } else {
            keys.append(.init(kind: kind, sha256: leaf.key.sha256, addresses: [address], matchedBy: matchedBy))
        }
    }
}

extension TLSAMatch {
    /// Whether the record is about this chain: the leaf itself, or an anchor that a path leads to.
    fileprivate var names: Bool { record.usage == 3 ? depths.contains(0) : path != nil }
}
