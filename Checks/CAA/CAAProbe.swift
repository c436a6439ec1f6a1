internal import CheckKit
internal import MailModel
internal import Observations

extension Probe {
    /// Climbs from the host towards the root until a name has CAA records. An alias is followed at each step, but the climb
    /// goes on from the host's own name. RFC 8659, section 3.
    static let caaRecords = Probe.perHost(
        .lookingUp("CAA records").sending(.lookups(1...4, "CAA, and that of each name above"))
    ) {
        (target: HostTarget, host: MailHost) async throws -> CAARecords in
        if let fault = host.name.mailHostFault { throw Absence.notApplicable("\(host.name) \(fault)") }
        guard host.name.labels.count <= limit else {
            throw Absence.inconclusive("\(host.name) has more than \(limit) labels")
        }
        var name = host.name
        var security = DNSSecurity.secure
        while !name.labels.isEmpty {
            let answer = try await target.wire.dns.lookup(name, .caa)
            security = security.joined(answer.security)
            if security.bogusReason != nil { return CAARecords(security: security) }
            let data = answer.records.compactMap { record -> [UInt8]? in
                if case .other(.caa, let data) = record { data } else { nil }
            }
            if !data.isEmpty {
                let records = data.compactMap { CAARecord(data: $0) }
                return CAARecords(
                    owner: name, records, malformed: data.count - records.count, security: security)
            }
            guard let parent = name.parent else { break }
            name = parent
        }
        return CAARecords(security: security)
    }

    /// More labels than this are not climbed: each is a lookup.
    private static let limit = 16
}

extension DNSSecurity {
    /// The weaker of two.
    fileprivate func joined(_ other: DNSSecurity) -> DNSSecurity {
        if bogusReason != nil || other == .secure { return self }
        return other.bogusReason != nil || self == .secure ? other : self
    }
}
