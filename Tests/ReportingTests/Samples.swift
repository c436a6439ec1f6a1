import CheckEngine
import CheckKit
import Checks
import FoundationEssentials
import Grading
import MailModel
import Observations
import Reporting
import Testing

/// Hand-made evidence of `example.com`, and the report it leads to.
struct Sample {
    var evidence: Evidence
    private var hosts: [MailHost] = []

    static let instant = Date(timeIntervalSince1970: 1_767_225_600)  // 2026-01-01T00:00:00Z

    init(domain: String = "example.com") throws {
        evidence = Evidence(domain: try DomainName(input: domain), collectedAt: Self.instant)
        evidence.trace.engine = "0.1.0"
        evidence.trace.seconds = 1.25
        set(MXRecords(), at: .domain)
        set(MailHosts(), at: .domain)
    }

    mutating func set<F: Fact>(_ fact: F, at place: Place) { evidence.settle(Slot(F.id, place), .present(fact)) }

    /// Adds an MX host at an address, with the conversation held there.
    mutating func add(_ name: String, _ address: String?, preference: UInt16 = 10, _ conversation: Conversation) throws
    {
        try add(named: try DomainName(input: name), address, preference: preference, conversation)
    }

    /// The same, with a name that may be one that nobody could type.
    mutating func add(
        named host: DomainName, _ address: String?, preference: UInt16 = 10, _ conversation: Conversation
    ) throws {
        let addresses = [try address.map { try #require(IPAddress($0)) }].compactMap { $0 }
        hosts.append(MailHost(host, preference: preference, ipv4: .present(AddressLookup(addresses))))
        set(MXRecords(hosts.map { MXRecord($0.preference ?? 0, $0.name) }), at: .domain)
        set(MailHosts(hosts), at: .domain)
        set(TLSARecords([]), at: .host(host))
        for address in addresses {
            set(conversation, at: .server(MailServer(host: host, address: address)))
            evidence.settle(
                Slot(TLSAMatches.id, .server(MailServer(host: host, address: address))),
                .absent(.notApplicable("no TLSA record counts here")))
            if conversation.hello?.value?.reply.lines.contains("STARTTLS") == true {
                var second = SecondConversation()
                second.plaintextRelay = conversation.relay
                second.end(.unplanned)
                set(second, at: .server(MailServer(host: host, address: address)))
            }
            evidence.trace.connections[address.description] = 1
            let offered = TLSVersions(
                TLSVersions.tried.map { TLSVersionAnswer($0, $0 < .tls12 ? .refused : .supported) })
            let survey = TLSSurvey(host: host, versions: offered)
            if conversation.handshake?.value != nil { set(survey, at: .address(address)) }
            let way = AddressLookup([address])
            set(PTRNames(address, [PTRName(host, .present(way))]), at: .address(address))
        }
    }

    /// The report under a profile that stays what it is, whatever becomes of the built-in ones.
    func report(_ profile: String = Self.profile) throws -> Report {
        let plugins = Plugin.builtIn
        let profile = try ProfileLibrary(builtIn: [], catalog: Catalog(plugins)).read(
            Array(profile.utf8), name: "sample")
        let plan = try Plan(running: profile.checkIDs, showing: Report.facts, from: plugins)
        let judge = Judge(plan, parameters: profile.parameters)
        let complete = judge.deriving(evidence)
        let results = judge.judge(complete)
        return Report(
            evidence: complete, results: results, profile: profile, checks: plan.checks,
            judgedAt: evidence.collectedAt)
    }

    static let profile = """
        schema: 1
        id: sample
        title: A profile for snapshots
        checks:
          mx.receives-mail: { weight: 5 }
          smtp.reachable: { weight: 10 }
          smtp.greeting-valid: { weight: 5 }
          starttls.offered: { weight: 20 }
          starttls.works: { weight: 20 }
          certificate.trusted: { weight: 10 }
          certificate.current: { weight: 10 }
          certificate.name: { weight: 10 }
          tls.version: { weight: 10 }
          relay.closed: { weight: 20 }
          ptr.forward-confirmed: { weight: 5 }
        grade:
          credit: { info: 1, notice: 0.8, warning: 0.7, error: 0, critical: 0 }
          bands: { A+: 97, A: 90, B: 75, C: 50, D: 25, F: 0 }
          withhold:
            null-mx: { when: { finding: mx.null-mx }, because: The domain accepts no mail (null MX). }
          caps:
            open-relay: { at-most: F, when: { finding: relay.open, servers: some }, because: An open relay is F. }
            no-tls: { at-most: D, when: { finding: starttls.not-offered, servers: some }, because: A server has no \
            TLS. }
            unreachable: { at-most: D, when: { check: smtp.reachable, outcome: failed, hosts: some }, because: A host \
            is dead. }
            name: { at-most: B, when: { finding: certificate.name-mismatch, servers: some }, because: A certificate \
            does not fit. }
        """
}

extension Conversation {
    /// A conversation in which all is well, up to what the arguments change.
    static func good(
        _ host: String, greeting: String = "mx.example.com ESMTP ready", names: [String]? = nil,
        relay: SMTPReply = SMTPReply(454, "4.7.1 <relay-test@example.net>: Relay access denied")
    ) throws -> Conversation {
        let hello = HelloReply(SMTPReply(250, host, "PIPELINING", "STARTTLS"))
        var conversation = Conversation()
        conversation.greeting = .present(SMTPReply(220, greeting))
        conversation.hello = .present(hello)
        conversation.startTLS = .present(SMTPReply(220, "2.0.0 Ready to start TLS"))
        conversation.startTLSAttempts = 1
        conversation.handshake = .present(try .sample(host, names: names ?? [try DomainName(input: host).text]))
        conversation.helloInsideTLS = .present(HelloReply(SMTPReply(250, host, "PIPELINING")))
        conversation.relay = .present([
            RelayAttempt(
                variant: .thirdParty, sender: "relay-test@example.org", recipient: "relay-test@example.net",
                mailReply: SMTPReply(250, "2.1.0 Ok"), recipientReply: relay)
        ])
        return conversation
    }

    /// A conversation that failed before the greeting.
    static func failed(_ why: WireFailure) -> Conversation {
        var conversation = Conversation()
        conversation.end(.failed(why))
        return conversation
    }

    /// A conversation without STARTTLS.
    static func plaintext(_ host: String) throws -> Conversation {
        var conversation = try Conversation.good(host)
        let why = Absence.notApplicable("The server does not offer STARTTLS.")
        conversation.hello = .present(HelloReply(SMTPReply(250, host, "PIPELINING")))
        conversation.startTLS = .absent(why)
        conversation.handshake = .absent(why)
        conversation.helloInsideTLS = .absent(why)
        return conversation
    }
}

extension TLSHandshake {
    static func sample(_ host: String, names: [String]) throws -> TLSHandshake {
        let leaf = Certificate(
            subject: "CN=\(names.first ?? "")", issuer: "CN=Sample CA,O=Samples",
            notBefore: Sample.instant.addingTimeInterval(-30 * 86_400),
            notAfter: Sample.instant.addingTimeInterval(60 * 86_400), dnsNames: names, commonName: names.first,
            key: Certificate.PublicKey(algorithm: "EC", bits: 256, curve: "P-256"))
        return TLSHandshake(
            version: .tls13, suite: "TLS_AES_256_GCM_SHA384", suiteCode: 0x1302, group: "x25519",
            peerSignature: "ECDSA SHA256", chain: [leaf],
            path: CertificatePath(problems: [], certificates: [0], trustStore: "sample", checkedAt: Sample.instant),
            serverName: try DomainName(input: host), extendedMasterSecret: true, secureRenegotiation: true)
    }
}
