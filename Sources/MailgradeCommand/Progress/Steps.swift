internal import CheckKit
internal import Checks
internal import MailModel

/// What a step of a run is called while it runs, and what is said of it when it ends. Only words: facts that this list does
/// not know are shown by their id.
enum Steps {
    /// A phrase for a probe that has started.
    static func start(of fact: FactID) -> String {
        switch fact {
        case MXRecords.id: "looking up MX records"
        case MailHosts.id: "looking up addresses"
        case Conversation.id: "connecting"
        case CommandInjection.id: "sending NOOP behind STARTTLS"
        case OtherCertificate.id: "asking for a certificate with another kind of key"
        case TLSFeatures.id: "asking about features of TLS"
        case TLSSurvey.id: "asking for versions, suites and groups"
        case TLSSuites.id: "asking for every suite and group"
        case PTRNames.id: "looking up the PTR record"
        default: "\(fact) …"
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

    /// A phrase for a fact that is settled; nil when there is nothing to say.
    static func end(of slot: Slot, _ observed: Observed<any Fact>) -> String? {
        switch observed {
        case .present(let fact): news(of: fact) ?? "\(slot.fact) done"
        case .absent(.unplanned), .absent(.notApplicable), .absent(.blocked): nil
        case .absent(let why): "\(slot.fact): \(why)"
        }
    }

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
