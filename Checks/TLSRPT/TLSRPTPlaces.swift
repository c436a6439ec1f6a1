public import CheckKit
internal import MailModel
internal import Observations

/// What the DNS says of the places that reports are to go to: whether there is a host that could take them.
public struct TLSRPTPlaces: DomainFact {
    /// `tls-rpt.places`.
    public static let id: FactID = "tls-rpt.places"

    /// One destination.
    public struct Place: Hashable, Sendable, Codable {
        /// The URI as it stands in the record.
        public var destination: String
        /// What was found.
        public var finding: Finding

        /// A destination and what was found.
        public init(_ destination: String, _ finding: Finding) {
            self.destination = destination
            self.finding = finding
        }
    }

    /// What was found of a destination.
    public enum Finding: Hashable, Sendable, Codable {
        /// There is a host.
        case exists
        /// There is none; the phrase says what is missing.
        case missing(String)
        /// It cannot be told, and why.
        case unknown(String)
    }

    /// The destinations that lead to a name, in the order of the record.
    public var places: [Place]

    /// Destinations and what was found.
    public init(_ places: [Place] = []) { self.places = places }

    /// More destinations than this are not looked up.
    static let limit = 10
}

extension Probe {
    /// Looks up the hosts of the record's destinations. No report is sent, so nothing more can be seen of them (RPT-06).
    static let tlsrptPlaces = Probe.perDomain(
        .lookingUp("TLS-RPT destinations").sending(.lookups(0...2, "where reports go", each: "destination"))
    ) {
        (target: DomainTarget, record: TLSRPTRecord) async throws -> TLSRPTPlaces in
        guard case .valid(let request) = record.reading else { return TLSRPTPlaces() }
        let destinations = request.destinations.prefix(TLSRPTPlaces.limit)
        return try await withThrowingTaskGroup(of: (Int, TLSRPTPlaces.Place)?.self) { group in
            for (index, destination) in destinations.enumerated() {
                group.addTask {
                    guard let finding = try await target.wire.dns.finding(destination.kind) else { return nil }
                    return (index, .init(destination.description, finding))
                }
            }
            var found: [(Int, TLSRPTPlaces.Place)] = []
            for try await place in group { if let place { found.append(place) } }
            return TLSRPTPlaces(found.sorted { $0.0 < $1.0 }.map(\.1))
        }
    }
}

extension DNSClient {
    /// Whether a host stands behind a destination; nil where there is no name to look up.
    fileprivate func finding(_ kind: TLSRPTDestination.Kind) async throws -> TLSRPTPlaces.Finding? {
        switch kind {
        case .address, .unusable: nil
        case .web(let host): try await hostFinding(host)
        case .mailbox(let domain): try await mailFinding(domain)
        }
    }

    /// MX records first, and the domain's own addresses where there are none. RFC 5321, section 5.1.
    private func mailFinding(_ domain: DomainName) async throws -> TLSRPTPlaces.Finding {
        let records: MXRecords
        do {
            records = MXRecords(try await lookup(domain, .mx), of: domain)
        } catch let failure as DNSFailure {
            return .unknown("the MX lookup of \(domain): \(failure)")
        }
        if let reason = records.security.bogusReason {
            return .missing("the MX lookup of \(domain) does not validate: \(reason)")
        }
        if records.status == .nxDomain { return .missing("\(domain) does not exist") }
        if records.isNullMX { return .missing("\(domain) accepts no mail (null MX)") }
        guard records.isMissing else { return .exists }
        let finding = try await hostFinding(domain)
        if case .missing = finding { return .missing("\(domain) has neither an MX record nor an address") }
        return finding
    }

    private func hostFinding(_ host: DomainName) async throws -> TLSRPTPlaces.Finding {
        var failure: String?
        for type in [DNSRecordType.a, .aaaa] {
            switch try await addresses(of: host, type) {
            case .absent(let why): failure = "the \(type) lookup of \(host): \(why)"
            case .present(let lookup):
                if let reason = lookup.security.bogusReason {
                    return .missing("the addresses of \(host) do not validate: \(reason)")
                }
                if lookup.status == .nxDomain { return .missing("\(host) does not exist") }
                if !lookup.addresses.isEmpty { return .exists }
            }
        }
        return failure.map { .unknown($0) } ?? .missing("\(host) has no address")
    }
}
