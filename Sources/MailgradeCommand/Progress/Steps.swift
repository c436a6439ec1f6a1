internal import CheckKit
internal import Checks
internal import MailModel
internal import Observations

/// What a step of a run is called while it runs, and what is said of it when it ends. Only words: of facts that this list
/// does not know nothing is said.
enum Steps {
    /// A phrase for a probe that has started. Empty for one that only waits for another: it says what it does when it does it.
    static func start(of fact: FactID) -> String {
        switch fact {
        case SecondConversation.id, CommandInjection.id, TLSAMatches.id, OtherCertificate.id, TLSSurvey.id: ""
        case Conversation.id: "connecting"
        default: subject(of: fact).map { "\(fact.isLookup ? "looking up" : "testing") \($0)" } ?? ""
        }
    }

    /// A phrase for what is known of a fact so far; nil when there is nothing to say.
    static func news(of fact: any Fact) -> String? {
        switch fact {
        case let conversation as Conversation: conversation.latestStep
        case let survey as TLSSurvey: survey.versions?.step
        case let suites as TLSSuites: suites.step
        case let names as PTRNames: names.step
        case let records as MXRecords: records.step
        case let hosts as MailHosts: count(hosts.hosts.count, "MX host", "MX hosts")
        default: nil
        }
    }

    /// A phrase for a fact that is settled; empty where what it was about was never reached, nil when there is nothing to say.
    static func end(of slot: Slot, _ observed: Observed<any Fact>) -> String? {
        let subject = subject(of: slot.fact)
        switch observed {
        case .present(let fact): return news(of: fact) ?? subject.map { "\($0) done" }
        case .absent(.unplanned), .absent(.notApplicable), .absent(.blocked): return nil
        case .absent(let why): return subject.map { "\($0): \(why)" } ?? why.description
        }
    }

    /// What a probe is about, in words; nil for a fact that this list does not know.
    private static func subject(of fact: FactID) -> String? {
        subjects[fact]
    }

    private static let subjects: [FactID: String] = [
        MXRecords.id: "MX records", MailHosts.id: "addresses", Conversation.id: "connection",
        SecondConversation.id: "second connection", CommandInjection.id: "command injection",
        OtherCertificate.id: "second certificate", TLSFeatures.id: "TLS features",
        TLSSurvey.id: "TLS versions, suites and groups", TLSSuites.id: "every cipher suite and group",
        TLSSignatures.id: "signature algorithms", ClientRenegotiation.id: "renegotiation",
        Heartbleed.id: "Heartbleed", PTRNames.id: "PTR record", TLSARecords.id: "TLSA records",
        TLSAMatches.id: "TLSA comparison", TLSAAtDomain.id: "TLSA records at the domain", CAARecords.id: "CAA records",
        ResolverSelfTest.id: "DNSSEC at the resolver", SigningZones.id: "DNSSEC keys",
        MTASTSRecord.id: "MTA-STS record", MTASTSPolicy.id: "MTA-STS policy", TLSRPTRecord.id: "TLS-RPT record",
        TLSRPTPlaces.id: "TLS-RPT destinations",
    ]

    static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(number) \(number == 1 ? one : many)"
    }
}

extension MXRecords {
    fileprivate var step: String {
        if status == .nxDomain { return "no such domain" }
        return isNullMX ? "null MX" : Steps.count(records.count, "MX record", "MX records")
    }
}

extension TLSVersions {
    fileprivate var step: String? {
        let offered = versions(.supported).map(\.description).joined(separator: ", ")
        return offered.isEmpty ? nil : "offers \(offered)"
    }
}

extension TLSSuites {
    fileprivate var step: String? {
        let found = Set(versions.flatMap(\.suites)).count
        return found == 0 ? nil : Steps.count(found, "suite", "suites")
    }
}

extension PTRNames {
    fileprivate var step: String {
        guard let name = names.first else { return "no PTR record" }
        return confirmed.isEmpty ? "PTR \(name.name) unconfirmed" : "PTR confirmed"
    }
}

extension Conversation {
    /// The last stage that was reached, and what stopped it there.
    fileprivate var latestStep: String? {
        guard let greeting else { return "connecting" }
        guard case .present(let reply) = greeting else { return Self.phrase(greeting) }
        guard let hello else { return "greeting \(reply.code)" }
        guard hello.value != nil else { return "greeting \(reply.firstLine)" }
        guard let startTLS else { return "EHLO" }
        var step = startTLS.value.map { "STARTTLS \($0.code)" } ?? Self.phrase(startTLS)
        if let handshake {
            step = handshake.value.map { "\($0.version) \($0.group ?? $0.suite)" } ?? Self.phrase(handshake)
        }
        if case .present = relay { step += ", relay asked" }
        return step
    }

    private static func phrase<Value>(_ observed: Observed<Value>) -> String {
        guard let root = observed.absence?.root else { return "" }
        if case .notApplicable = root { return "no STARTTLS" }
        return root.description
    }
}

extension FactID {
    /// Whether it is learnt by asking the DNS, or for a policy on the web.
    fileprivate var isLookup: Bool {
        let facts: Set<FactID> = [
            MXRecords.id, MailHosts.id, PTRNames.id, TLSARecords.id, TLSAAtDomain.id, CAARecords.id, SigningZones.id,
            MTASTSRecord.id, MTASTSPolicy.id, TLSRPTRecord.id, TLSRPTPlaces.id,
        ]
        return facts.contains(self)
    }
}
