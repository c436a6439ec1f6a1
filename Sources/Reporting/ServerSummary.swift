public import CheckKit
internal import FoundationEssentials
public import Grading
public import MailModel
public import Observations

/// What was seen of one server: the facts that a postmaster asks for, or why one is missing.
public struct ServerSummary: Sendable, Hashable {
    /// The MX host.
    public var host: DomainName
    /// The address; nil for a host that has none to test.
    public var address: IPAddress?
    /// The preference; nil for an implicit MX.
    public var preference: UInt16?
    /// The greeting, any code.
    public var greeting: Observed<SMTPReply>
    /// The TLS session.
    public var session: Observed<TLSHandshake>
    /// Whether it goes on inside TLS, so that mail can be sent there; nil where nobody knows.
    public var goesOnInsideTLS: Bool?
    /// What was found about its certificate: codes of warnings and worse.
    public var certificateProblems: [String]
    /// Whether a sender that verifies would accept the certificate; nil where nothing judged it.
    public var certificateVerifies: Bool?
    /// Whether a name of the address leads back to it.
    public var ptrCheck: Judged
    /// What to say about relaying.
    public var relay: Judged
    /// Which versions of TLS the address offers.
    public var versions: Observed<TLSVersions>
    /// Every suite and group that the address accepts; only where the run asked for them.
    public var suites: Observed<TLSSuites>
    /// The names of the address.
    public var ptr: Observed<PTRNames>
    /// How many connections the address saw.
    public var connections: Int

    /// What a check says here, in short.
    public struct Judged: Sendable, Hashable {
        /// How it came out; nil where the check did not run.
        public var outcome: OutcomeWord?
        /// Why there is no verdict, or what was found.
        public var text: String?
    }

    /// The server's identity, `host|address`, or the host alone.
    public var id: String { address.map { "\(host.text)|\($0)" } ?? host.text }

    /// The certificate that the server showed.
    public var certificate: Certificate? { session.value?.chain.first }
}

extension ServerSummary {
    /// Every server of the evidence, in the order of the server list.
    static func all(in evidence: Evidence, _ checks: [Report.CheckReport]) -> [ServerSummary] {
        evidence.hosts.flatMap { host -> [ServerSummary] in
            guard !host.addresses.isEmpty else {
                let here = checks.filter { $0.place == .host(host.name) }
                let findings = here.flatMap(\.findings)
                // A problem says best why nobody was asked, then what could not be told; a note on something else says least.
                let message =
                    findings.first { $0.severity >= .error }?.finding.message
                    ?? here.first { $0.outcome == .inconclusive && $0.why != nil }?.why
                    ?? findings.first?.finding.message ?? here.first { $0.why != nil }?.why
                    ?? "The host has no address to test."
                return [ServerSummary(host, absent: .notApplicable(message))]
            }
            return host.addresses.map { ServerSummary(host, $0, in: evidence, checks) }
        }
    }

    /// Trust, dates and name must all have been judged, and none with an error.
    private static func verifies(_ checks: [Report.CheckReport]) -> Bool? {
        let needed: [ServerAspect] = [.certificatePath, .certificateDates, .certificateName]
        let outcomes = needed.compactMap { aspect in checks.first { $0.aspects.contains(aspect) }?.outcome }
        if outcomes.contains(.failed) { return false }
        return outcomes.count == needed.count && outcomes.allSatisfy { $0 == .clean || $0 == .noted } ? true : nil
    }

    private init(_ listed: ListedHost, absent why: Absence) {
        host = listed.name
        address = nil
        preference = listed.preference
        greeting = .absent(why)
        session = .absent(why)
        certificateProblems = []
        versions = .absent(why)
        suites = .absent(why)
        ptr = .absent(why)
        ptrCheck = Judged(nil)
        relay = Judged(nil)
        connections = 0
    }

    private init(_ listed: ListedHost, _ at: IPAddress, in evidence: Evidence, _ checks: [Report.CheckReport]) {
        let place = Place.server(MailServer(host: listed.name, address: at))
        let here = checks.filter { $0.place == place }
        host = listed.name
        address = at
        preference = listed.preference
        greeting = evidence.observed(Greeting.self, at: place).map(\.reply)
        session = evidence.observed(TLSSession.self, at: place).map(\.handshake)
        switch evidence.observed(EHLOReplyInsideTLS.self, at: place) {
        case .present: goesOnInsideTLS = true
        case .absent(let why): goesOnInsideTLS = why.certainty == .inconclusive ? nil : false
        }
        certificateProblems = here.filter { $0.aspects.contains(.certificate) }.flatMap(\.findings)
            .filter { $0.severity >= .warning }.map(\.finding.code)
        certificateVerifies = Self.verifies(here)
        versions = evidence.observed(TLSVersions.self, at: place)
        suites = evidence.observed(TLSSuites.self, at: place)
        ptr = evidence.observed(PTRNames.self, at: place)
        ptrCheck = Judged(checks.first { $0.aspects.contains(.reverseDNS) && $0.place == .address(at) })
        relay = Judged(here.first { $0.aspects.contains(.relaying) })
        connections = evidence.trace.connections[at.description] ?? 0
    }
}

extension ServerSummary.Judged {
    init(_ check: Report.CheckReport?) {
        outcome = check?.outcome
        text = check?.why ?? check?.findings.first?.finding.message
    }
}

extension Observed {
    func map<Other: Sendable>(_ transform: (Value) -> Other) -> Observed<Other> {
        switch self {
        case .present(let value): .present(transform(value))
        case .absent(let why): .absent(why)
        }
    }
}
