package import CheckKit
package import FoundationEssentials
package import MailModel

/// What a sender that does DANE makes of the chain a server showed: the rules of RFC 7671 and 7672, without any I/O.
package struct DANEVerification {
    package let chain: ComparedChain
    /// The name of the lookup that the records came from.
    package let owner: DomainName
    /// The names by which a trust anchor's certificate may know the server; the base domain first.
    package let names: [DomainName]
    package let instant: Date

    package init(chain: ComparedChain, owner: DomainName, names: [DomainName], instant: Date) {
        self.chain = chain
        self.owner = owner
        self.names = names
        self.instant = instant
    }

    /// Something to say of how the records and the chain fit.
    package struct Remark: Hashable {
        package let kind: Kind
        /// What was seen, for the sentence of the kind.
        package let arguments: Arguments

        fileprivate init(_ kind: Kind, _ arguments: Arguments = .none) {
            self.kind = kind
            self.arguments = arguments
        }

        /// The sentence.
        package var message: String { kind.sentence.text(arguments) }
    }

    /// What a remark is about.
    package enum Kind: Hashable {
        case noMatch, noTrustAnchor, chainInvalid, nameMismatch, chainOutsideDates
        case bareTrustAnchorKey, anchorOutsideDates, certificateExpired
    }

    package enum Result: Hashable {
        /// No record can be used: TLS is a must, and nobody is authenticated. RFC 7672, section 2.2.
        case unusable
        /// A record authenticates the server; there may be something to say about it still.
        case authenticated([Remark])
        /// No record does: senders must not deliver. RFC 7672, section 9.1.
        case refused([Remark])
    }

    package func result() -> Result {
        let candidates = chain.matches.afterDigestAgility
        guard !candidates.isEmpty else { return .unusable }
        let attempts = candidates.compactMap { match in obstacles(match).map { (match: match, obstacles: $0) } }
        let successes = attempts.filter { $0.obstacles.isEmpty }.map(\.match)
        if !successes.isEmpty { return .authenticated(remarks(successes)) }
        if let nearest = attempts.min(by: { $0.obstacles.count < $1.obstacles.count }) {
            return .refused(nearest.obstacles)
        }
        return .refused([noMatch(candidates)])
    }
}

extension DANEVerification {
    /// What keeps us from knowing whether DANE authenticates a server; nil when it is known, or when nobody asked.
    package static func doubt(
        _ records: Observed<TLSARecords>, _ matches: Observed<TLSAMatches>, _ mx: Observed<MXRecords>,
        isPlanned: Bool = true
    ) -> String? {
        guard isPlanned else { return nil }
        if let why = records.absence { return why.whyUnknown }
        guard let why = matches.absence else { return mx.absence?.whyUnknown }
        // A server that refuses the name under which such senders come is not authenticated, for certain.
        return why.saysHandshakeFails ? nil : why.whyUnknown
    }

    /// Whether DANE authenticates a server with every certificate it showed; false where it cannot be told.
    package static func authenticates(
        _ records: Observed<TLSARecords>, _ matches: Observed<TLSAMatches>, _ mx: Observed<MXRecords>, at instant: Date
    ) -> Bool {
        guard let records = records.value, records.bogus == nil, let lookup = records.effective,
            let chains = matches.value?.chains, let mx = mx.value
        else { return false }
        let names = records.referenceNames(mx, base: lookup.base)
        let results = chains.map {
            DANEVerification(chain: $0, owner: lookup.name, names: names, instant: instant).result()
        }
        return !results.isEmpty
            && results.allSatisfy { if case .authenticated = $0 { true } else { false } }
    }

    /// What keeps a record that matches from authenticating the server; nil when it does not match.
    private func obstacles(_ match: TLSAMatch) -> [Remark]? {
        // The certificate itself is named: neither its names nor its dates nor its issuer matter.
        // RFC 7672, section 3.1.1.
        if match.record.usage == 3 { return match.depths.contains(0) ? [] : nil }
        guard let path = match.path, let leaf = chain.certificates.first else { return nil }
        return [broken(path) ?? forgeable(path, match), misnamed(leaf)].compactMap { $0 }
            + outsideTheirDates(path, match)
    }

    private func broken(_ path: TrustAnchorPath) -> Remark? {
        guard let problem = path.problems.first else { return nil }
        return Remark(.chainInvalid, [.owner: owner, .reason: problem.detail])
    }

    /// Signatures on the way to the trust anchor are verified, by the libraries of senders at a level at which a broken hash is none. What
    /// signed the anchor itself does not matter.
    private func forgeable(_ path: TrustAnchorPath, _ match: TLSAMatch) -> Remark? {
        let verified = path.certificates.filter { index in
            chain.certificates.indices.contains(index) && (path.endsInBareKey || !match.depths.contains(index))
        }
        let hash = verified.lazy.compactMap { index in
            PathElement(certificate: chain.certificates[index], depth: index, isBeginning: false).brokenHash
        }.first
        return hash.map { Remark(.chainInvalid, [.owner: owner, .reason: "a certificate is signed with \($0)"]) }
    }

    /// DNS names count, and the common name where there is none of them. RFC 7672, section 3.2.3.
    private func misnamed(_ leaf: Certificate) -> Remark? {
        let presented = leaf.dnsNames.isEmpty ? [leaf.commonName].compactMap { $0 } : leaf.dnsNames
        let identities = presented.compactMap { DNSIdentity($0) }
        guard !names.contains(where: { name in identities.contains { $0.matches(name) } }) else { return nil }
        return Remark(
            .nameMismatch,
            [
                .key: chain.key?.description, .names: presented.isEmpty ? nil : presented.map(\.shortened),
                .wanted: names,
            ])
    }

    /// A trust anchor is a name and a key, and its dates do not matter (RFC 5280, section 6.1.1 (d)). Senders' libraries look
    /// at those of a self-signed one all the same, and of no other.
    private func outsideTheirDates(_ path: TrustAnchorPath, _ match: TLSAMatch) -> [Remark] {
        var sent = path.certificates.filter { chain.certificates.indices.contains($0) }
        if let anchor = anchor(of: path, match), !anchor.isSelfIssued, path.anchorFromDNS == nil { sent.removeLast() }
        let certificates =
            sent.map { index -> (Arguments, Certificate) in
                let certificate = chain.certificates[index]
                return index == 0
                    ? ([.key: chain.key?.description], certificate)
                    : ([.subject: certificate.subject.shortened], certificate)
            }
            + [path.anchorFromDNS].compactMap { $0 }.filter(\.isSelfIssued)
            .map { ([.role: "anchor", .subject: $0.subject.shortened], $0) }
        return certificates.compactMap { which, certificate in
            certificate.outsideItsDates(at: instant).map { Remark(.chainOutsideDates, which.merging($0)) }
        }
    }

    /// The certificate that a record names, where a path ends in it; nil where it ends in a bare key.
    private func anchor(of path: TrustAnchorPath, _ match: TLSAMatch) -> Certificate? {
        if let anchor = path.anchorFromDNS { return anchor }
        guard !path.endsInBareKey, let last = path.certificates.last, last > 0, match.depths.contains(last),
            chain.certificates.indices.contains(last)
        else { return nil }
        return chain.certificates[last]
    }

    private func remarks(_ successes: [TLSAMatch]) -> [Remark] {
        var remarks: [Remark] = []
        if successes.allSatisfy({ $0.path?.endsInBareKey == true }) {
            remarks.append(Remark(.bareTrustAnchorKey, [.owner: owner]))
        }
        let anchors = successes.map { match in match.path.flatMap { anchor(of: $0, match) } }
        let outside = anchors.map { $0?.outsideItsDates(at: instant) }
        if outside.allSatisfy({ $0 != nil }), let anchor = anchors.first ?? nil, let why = outside.first ?? nil {
            let which: Arguments = [.subject: anchor.subject.shortened, .owner: owner]
            remarks.append(Remark(.anchorOutsideDates, which.merging(why)))
        }
        if let leaf = chain.certificates.first, instant > leaf.notAfter {
            remarks.append(Remark(.certificateExpired, [.key: chain.key?.description, .ends: leaf.notAfter]))
        }
        return remarks
    }

    private func noMatch(_ candidates: [TLSAMatch]) -> Remark {
        guard let leaf = chain.certificates.first else {
            return Remark(.noMatch, [.situation: "no-certificate", .owner: owner])
        }
        if candidates.allSatisfy({ $0.record.usage == 2 }) {
            if candidates.contains(where: { $0.depths.contains(0) }) {
                return Remark(.noTrustAnchor, [.situation: "own-certificate", .owner: owner])
            }
            return Remark(.noTrustAnchor, [.owner: owner, .count: chain.certificates.count])
        }
        let weaker = chain.matches.filter { $0.isReadable && !candidates.contains($0) }
        let isOutdone = weaker.contains { obstacles($0) == [] }
        return Remark(
            .noMatch,
            [
                .situation: isOutdone ? "weaker-digest" : nil, .owner: owner, .key: chain.key?.description,
                .record: leaf.key.sha256.isEmpty ? nil : "3 1 1 \(leaf.key.sha256)",
            ])
    }
}

extension Certificate {
    /// By which of its dates an instant lies outside the validity; nil where it does not.
    fileprivate func outsideItsDates(at instant: Date) -> Arguments? {
        if instant < notBefore { return [.begins: notBefore] }
        return instant > notAfter ? [.ends: notAfter] : nil
    }
}

extension [TLSAMatch] {
    /// The records that take part: of each usage and selector those with data in full and those with the strongest
    /// digest. RFC 7671, section 9.
    var afterDigestAgility: [TLSAMatch] {
        let readable = filter(\.isReadable)
        return readable.filter { match in
            match.record.matchingType == 0
                || !readable.contains { other in
                    other.record.usage == match.record.usage && other.record.selector == match.record.selector
                        && other.record.matchingType > match.record.matchingType
                }
        }
    }
}

extension TLSARecords {
    /// The names by which the certificate of a trust anchor may know the server. Senders look for the base domain; the
    /// domain itself counts too, unless an MX answer that is not signed led to the host. RFC 7672, section 3.2.2.
    package func referenceNames(_ records: MXRecords, base: DomainName) -> [DomainName] {
        guard records.security == .secure || records.isMissing else { return [base] }
        return [base, records.domain ?? formerDomain, records.canonicalName].compactMap { $0 }.reduce(into: []) {
            names, name in
            if !names.contains(name) { names.append(name) }
        }
    }
}

extension Absence {
    /// Why a fact that a check asks for leaves something open; nil where it is known to be absent.
    package var whyOpen: String? { certainty == .inconclusive ? root.description : nil }

    /// The reason of any absence but of what does not apply.
    fileprivate var whyUnknown: String? { certainty == .notApplicable ? nil : root.description }
}
