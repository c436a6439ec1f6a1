package import FoundationEssentials
internal import MailModel

/// What a sender that knows nothing yet makes of a domain's record and policy together. RFC 8461, sections 3 and 5.
package enum MTASTSStanding: Hashable, Sendable {
    /// There is no record: MTA-STS is not there.
    case absent
    /// There is something, and senders go on as if there were nothing; the phrase says why (STS-16).
    case unusable(String)
    /// It cannot be told, and why.
    case unknown(String)
    /// Senders hold on to this policy.
    case policy(MTASTSDocument)

    /// How things stand at an instant.
    package init(_ record: MTASTSRecord, _ policy: MTASTSPolicy, at instant: Date) {
        if let reason = record.lookup.security.bogusReason {
            self = .unusable("the lookup of the record does not validate: \(reason)")
            return
        }
        switch record.reading {
        case .absent: self = .absent
        case .several(let count): self = .unusable("there are \(count) records")
        case .invalid(let why): self = .unusable("the record breaks the grammar: \(why)")
        case .valid:
            if let problem = policy.certificateProblems(at: instant).first {
                self = .unusable("\(policy.host) cannot be verified: \(problem.description)")
                return
            }
            switch policy.fetch {
            case .document(let document): self = .policy(document)
            case .unknown(let why): self = .unknown(why)
            case let fetch: self = .unusable(fetch.failure ?? "")
            }
        }
    }
}
