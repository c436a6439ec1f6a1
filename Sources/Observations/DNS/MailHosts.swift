public import CheckKit
public import MailModel

/// The MX hosts and what the DNS says of their addresses: the list of everything that is tested.
///
/// Present whenever the MX lookup got an answer. Empty for a null MX, for a domain that does not exist and for one that has
/// neither MX record nor address.
public struct MailHosts: ServerList {
    /// `mx.hosts`.
    public static let id: FactID = "mx.hosts"

    /// Every host once, lowest preference first; for an implicit MX the domain itself.
    public var targets: [MailHost]
    /// The domain's own name and addresses, looked up where a null MX makes them matter.
    public var besideNullMX: MailHost?

    /// Hosts in order of preference.
    public init(_ targets: [MailHost] = [], besideNullMX: MailHost? = nil) {
        self.targets = targets
        self.besideNullMX = besideNullMX
    }

    /// The hosts with the addresses to test. A host without one stays in the list.
    public var hosts: [ListedHost] {
        targets.map {
            ListedHost(
                name: $0.name, preference: $0.preference, addresses: $0.addresses, mayHaveMore: $0.mayHaveMore)
        }
    }
}

/// One MX host. A step of host or server scope may ask for it: it is this host's part of `MailHosts`. What the DNS says of the host
/// holds whatever domain leads to it; a probe makes no use of the preference.
public struct MailHost: Hashable, Sendable, Codable {
    /// The name.
    public var name: DomainName
    /// The lowest preference it is listed with; nil for an implicit MX.
    public var preference: UInt16?
    /// What the lookup of A records gave. Not applicable where the family is switched off or the name cannot be asked for.
    public var ipv4: Observed<AddressLookup>
    /// What the lookup of AAAA records gave.
    public var ipv6: Observed<AddressLookup>
    /// Addresses that were found and are over the limit of a run.
    public var leftOut: [IPAddress]
    /// Addresses that were found, of a family that the run does not use; nil where nobody looked.
    public var switchedOff: [IPAddress]?

    /// A host and its two lookups.
    public init(
        _ name: DomainName, preference: UInt16? = 10, ipv4: Observed<AddressLookup> = .present(AddressLookup()),
        ipv6: Observed<AddressLookup> = .present(AddressLookup()), leftOut: [IPAddress] = []
    ) {
        self.name = name
        self.preference = preference
        self.ipv4 = ipv4
        self.ipv6 = ipv6
        self.leftOut = leftOut
    }

    /// Every address that was found, IPv4 first.
    public var found: [IPAddress] { lookups.flatMap(\.addresses) }

    /// The addresses to test.
    public var addresses: [IPAddress] {
        found.filter { !leftOut.contains($0) && switchedOff?.contains($0) != true }
    }

    /// Whether the host may have servers that this run does not test: where a lookup failed or addresses are over the
    /// limit, and where all that is known are addresses of a family that is switched off.
    public var mayHaveMore: Bool {
        name.mailHostFault == nil
            && (!failures.isEmpty || !leftOut.isEmpty || (addresses.isEmpty && switchedOff?.isEmpty == false))
    }

    /// The lookups that got an answer.
    public var lookups: [AddressLookup] { [ipv4, ipv6].compactMap(\.value) }

    /// What the name is an alias of, when it is one.
    public var aliasTarget: DomainName? { lookups.compactMap(\.canonicalName).first }

    /// Why an answer does not validate; nil when all do.
    public var bogusReason: String? { lookups.compactMap(\.security.bogusReason).first }

    /// What is missing to know all addresses, a phrase for each lookup that failed.
    public var failures: [String] {
        [("A", ipv4), ("AAAA", ipv6)].compactMap { type, lookup in
            guard let why = lookup.absence, why.certainty != .notApplicable else { return nil }
            return "the \(type) lookup of \(name): \(why)"
        }
    }

    /// Whether the host has no address at all, for certain: an answer for both families, or the name does not exist.
    public var hasNoAddress: Bool {
        found.isEmpty && bogusReason == nil
            && (lookups.count == 2 || lookups.contains { $0.status == .nxDomain })
    }
}

extension MailHost: HostNeed, ServerNeed {
    /// The list of hosts.
    public static var dependency: Dependency? {
        Dependency(fact: MailHosts.factType, kind: .single, holdsForEveryDomain: true)
    }

    /// This host's part of the list.
    public static func draw(from inputs: Inputs) throws(Absence) -> MailHost {
        let list = try MailHosts.draw(from: inputs)
        guard let host = list.targets.first(where: { .host($0.name) == inputs.place.widened(to: .host) }) else {
            throw .unplanned
        }
        return host
    }
}

/// What a lookup of addresses of one family gave.
public struct AddressLookup: Hashable, Sendable, Codable {
    /// Whether the name exists.
    public var status: DNSAnswer.Status
    /// What our validator says of the answer.
    public var security: DNSSecurity
    /// The addresses; of a bogus answer what came along.
    public var addresses: [IPAddress]
    /// Where the alias chain ended, when the name is an alias.
    public var canonicalName: DomainName?

    /// An answer.
    public init(
        status: DNSAnswer.Status = .noError, security: DNSSecurity = .insecure, _ addresses: [IPAddress] = [],
        canonicalName: DomainName? = nil
    ) {
        self.status = status
        self.security = security
        self.addresses = addresses
        self.canonicalName = canonicalName
    }

    /// The addresses of an answer, each once.
    public init(_ answer: DNSAnswer, to name: DomainName) {
        let addresses = Set(
            answer.records.compactMap { record -> IPAddress? in
                if case .address(let address) = record { address } else { nil }
            })
        self.init(
            status: answer.status, security: answer.security, addresses.sorted(),
            canonicalName: answer.canonicalName == name ? nil : answer.canonicalName)
    }
}

extension MailHosts {
    /// How many there are.
    public var inBrief: String? { hosts.count == 1 ? "1 MX host" : "\(hosts.count) MX hosts" }
}
