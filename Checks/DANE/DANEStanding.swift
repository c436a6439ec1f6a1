internal import CheckKit
internal import FoundationEssentials
internal import MailModel
internal import Observations

/// What a sender that does DANE makes of one server, as far as the whole domain is concerned.
enum DANEStanding: Hashable {
    /// A record names what the server shows.
    case authenticated
    /// The server is there, and such a sender does not deliver to it; the phrase says why.
    case refused(String)
    /// No record can be used.
    case unusable
    /// There is no mail server to talk to: nothing that TLSA records could change.
    case leftOut
    /// It cannot be told, and why.
    case unknown(String)

    /// Why no mail is delivered; nil in every other case.
    var whyRefused: String? { if case .refused(let why) = self { why } else { nil } }

    /// Why nothing is known; nil in every other case.
    var whyUnknown: String? { if case .unknown(let why) = self { why } else { nil } }
}

/// Everything that is known of the servers of a domain and matters to DANE.
struct DANEServers {
    let mx: MXRecords
    let hellos: PerServer<EHLOReply>
    let sessions: PerServer<TLSSession>
    let matches: PerServer<TLSAMatches>
    let instant: Date

    /// How the servers of a host stand to its TLSA records; empty where no record counts.
    func standings(of host: DomainName, _ records: Observed<TLSARecords>) -> [DANEStanding] {
        guard let records = records.value, let lookup = records.effective else { return [] }
        let names = records.referenceNames(mx, base: lookup.base)
        return matches.elements.filter { $0.server.host == host }.map { element in
            switch element.observed {
            case .present(let matches): standing(matches, lookup, names)
            case .absent(let why): standing(of: element.server, without: why)
            }
        }
    }

    private func standing(_ matches: TLSAMatches, _ lookup: TLSALookup, _ names: [DomainName]) -> DANEStanding {
        let results = matches.chains.map {
            DANEVerification(chain: $0, owner: lookup.name, names: names, instant: instant).result()
        }
        for case .refused(let issues) in results {
            return .refused(issues.first?.message.asPhrase ?? "no TLSA record matches")
        }
        if let why = matches.otherKeyUnknown ?? matches.doubt?.asPhrase { return .unknown(why) }
        return results.contains { if case .authenticated = $0 { true } else { false } } ? .authenticated : .unusable
    }

    /// A server that promises TLS and has none keeps mail away; one that nobody can talk to is no matter of DANE's.
    private func standing(of server: MailServer, without why: Absence) -> DANEStanding {
        let session = sessions.elements.first { $0.server == server }?.observed
        guard let lost = session?.absence else {
            if why.saysHandshakeFails { return .refused("\(server) refuses its own name as SNI") }
            return why.certainty == .notApplicable ? .unusable : .unknown("\(why.root)")
        }
        if lost.certainty == .inconclusive { return .unknown("\(lost.root)") }
        let hello = hellos.elements.first { $0.server == server }?.observed.value
        return hello == nil ? .leftOut : .refused("\(server) has no TLS, which they promise")
    }
}
