public import CheckKit
public import MailModel

/// The zones that mail to the domain depends on: its own and those of its MX hosts, each once.
public struct SigningZones: DomainFact, Hashable {
    /// `dnssec.zones`.
    public static let id: FactID = "dnssec.zones"

    /// The zones, by name.
    public var zones: [SigningZone]
    /// Names whose zone could not be looked up, and why.
    public var unknown: [String: String]

    /// Zones, and what is not known.
    public init(_ zones: [SigningZone], unknown: [String: String] = [:]) {
        self.zones = zones.sorted { $0.name < $1.name }
        self.unknown = unknown
    }
}

/// A zone, and what it and its parent publish about its keys.
public struct SigningZone: Hashable, Sendable, Codable {
    /// The name of the zone: where its SOA record is.
    public var name: DomainName
    /// What our validator says of the SOA record, and so of the zone.
    public var security: DNSSecurity
    /// What the parent publishes; empty for a zone that is not signed.
    public var delegation: [DelegationSigner]
    /// The numbers of the algorithms of the zone's keys, each once. RFC 4034, section 2.1.3.
    public var keyAlgorithms: [UInt8]
    /// How names are hashed in proofs of absence; nil for a zone with NSEC, or none.
    public var hashing: DenialHashing?

    /// A zone.
    public init(
        _ name: DomainName, security: DNSSecurity = .secure, delegation: [DelegationSigner] = [],
        keyAlgorithms: [UInt8] = [], hashing: DenialHashing? = nil
    ) {
        self.name = name
        self.security = security
        self.delegation = delegation
        self.keyAlgorithms = keyAlgorithms
        self.hashing = hashing
    }
}

/// A DS record without its digest. RFC 4034, section 5.1.
public struct DelegationSigner: Hashable, Sendable, Codable {
    /// The number of the key.
    public var keyTag: UInt16
    /// The algorithm of the key.
    public var algorithm: UInt8
    /// The hash function of the digest.
    public var digestType: UInt8

    /// A DS record.
    public init(keyTag: UInt16, algorithm: UInt8, digestType: UInt8) {
        self.keyTag = keyTag
        self.algorithm = algorithm
        self.digestType = digestType
    }
}

/// The parameters of NSEC3. RFC 5155, section 4.
public struct DenialHashing: Hashable, Sendable, Codable {
    /// How many times a name is hashed again.
    public var iterations: Int
    /// How many bytes of salt go into it.
    public var saltLength: Int

    /// Parameters.
    public init(iterations: Int, saltLength: Int) {
        self.iterations = iterations
        self.saltLength = saltLength
    }
}

extension Probe {
    /// Finds the zones, by walking up from each name to the next SOA record, and asks for their keys.
    static let signingZones = Probe.perDomain(
        .lookingUp("DNSSEC keys").sending(.lookups(2...6, "SOA, DS, DNSKEY, NSEC3PARAM", each: "zone"))
    ) {
        (target: DomainTarget, hosts: MailHosts, _: ValidatedDNS) async throws -> SigningZones in
        let dns = target.wire.dns
        var apexes: [DomainName: DNSSecurity] = [:]
        var unknown: [String: String] = [:]
        for name in Set([target.domain] + hosts.targets.filter { !$0.found.isEmpty }.map(\.name)).sorted() {
            do {
                if let apex = try await dns.zone(of: name) { apexes[apex.name] = apex.security }
            } catch let failure as DNSFailure {
                unknown[name.text] = failure.description
            }
        }
        var zones: [SigningZone] = []
        for (name, security) in apexes {
            do {
                zones.append(try await dns.keys(of: name, security))
            } catch let failure as DNSFailure {
                unknown[name.text] = failure.description
            }
        }
        return SigningZones(zones, unknown: unknown)
    }
}

extension DNSClient {
    /// The zone that a name is in; nil when no SOA record is found above it, for the root has one.
    fileprivate func zone(of name: DomainName) async throws -> (name: DomainName, security: DNSSecurity)? {
        var next: DomainName? = name
        while let candidate = next {
            let answer = try await lookup(candidate, .soa)
            // An alias leads into another zone and says nothing of this one.
            if !answer.records.isEmpty, answer.canonicalName == nil || answer.canonicalName == candidate {
                return (candidate, answer.security)
            }
            next = candidate.parent
        }
        return nil
    }

    fileprivate func keys(of zone: DomainName, _ security: DNSSecurity) async throws -> SigningZone {
        let delegation = try await lookup(zone, .ds).records.compactMap { record -> DelegationSigner? in
            guard case .ds(let keyTag, let algorithm, let digestType, _) = record else { return nil }
            return DelegationSigner(keyTag: keyTag, algorithm: algorithm, digestType: digestType)
        }
        guard !delegation.isEmpty || security != .insecure else { return SigningZone(zone, security: security) }
        let algorithms = try await lookup(zone, .dnskey).records.compactMap { record -> UInt8? in
            if case .dnskey(_, let algorithm, _) = record { algorithm } else { nil }
        }
        let hashing = try await lookup(zone, .nsec3Param).records.compactMap { record -> DenialHashing? in
            guard case .nsec3Param(_, let iterations, let salt) = record else { return nil }
            return DenialHashing(iterations: Int(iterations), saltLength: salt.count)
        }
        return SigningZone(
            zone, security: security, delegation: delegation, keyAlgorithms: Set(algorithms).sorted(),
            hashing: hashing.first)
    }
}
