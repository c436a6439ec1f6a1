internal import CheckKit
internal import MailModel

extension Probe {
    /// Asks for the names of an address, and for the addresses of each name. RFC 8601, section 3.
    static let ptrNames = Probe.perAddress(
        .lookingUp("PTR record").sending(.lookups(1...2, "PTR, and the address of each name"))
    ) {
        (target: AddressTarget) async throws -> PTRNames in
        let address = target.address
        if let purpose = target.wire.smtp.purposeOffLimits(address) {
            throw Absence.notApplicable("No public mail server can be at a \(purpose) address, and it was not tested.")
        }
        let answer = try await target.wire.dns.lookupTwice(address.reverseName, .ptr)
        let all = answer.records.compactMap { record -> DomainName? in
            if case .ptr(let name) = record { name } else { nil }
        }
        let names = Set(all).sorted()
        let followed = names.prefix(PTRNames.limit)
        return PTRNames(
            address, security: answer.security, try await target.wire.dns.follow(followed, address.family),
            leftOut: names.count - followed.count, delegatedTo: answer.canonicalName)
    }
}

extension DNSClient {
    /// Reverse zones are often served badly: a lookup that fails gets a second chance.
    fileprivate func lookupTwice(_ name: DomainName, _ type: DNSRecordType) async throws -> DNSAnswer {
        do {
            return try await lookup(name, type)
        } catch is DNSFailure {
            return try await lookup(name, type)
        }
    }

    /// The addresses of all names at once, in the order of the names.
    fileprivate func follow(
        _ names: ArraySlice<DomainName>, _ family: IPAddress.Family
    ) async throws -> [PTRName] {
        try await withThrowingTaskGroup(of: PTRName.self) { group in
            for name in names {
                group.addTask { PTRName(name, try await addresses(of: name, family == .ipv4 ? .a : .aaaa)) }
            }
            var followed: [PTRName] = []
            for try await name in group { followed.append(name) }
            return followed.sorted { $0.name < $1.name }
        }
    }
}
