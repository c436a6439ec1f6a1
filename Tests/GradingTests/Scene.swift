import FoundationEssentials
import MailModel

@testable import CheckKit
@testable import Grading

/// Outcomes made by hand: all checks pass everywhere, then single outcomes are changed.
struct Scene {
    var hosts: [ListedHost]
    private(set) var outcomes: [String: [Place: Outcome]] = [:]

    /// Hosts with so many addresses each, where everything passes.
    init(_ addresses: [Int] = [1]) {
        hosts = addresses.enumerated().map { host, count in
            ListedHost(
                name: DomainName(labels: [Array("mx\(host + 1)".utf8), Array("example".utf8)]),
                preference: UInt16(host),
                addresses: (0..<count).compactMap { IPAddress(bytes: [192, 0, 2, UInt8(10 * host + $0 + 1)]) })
        }
        for check in TestCatalog.checks {
            for place in places(of: check.scope) { set(check.id, .passed, at: place) }
        }
        withoutMTASTS()
    }

    /// The usual domain: nothing is published that would make senders insist on TLS.
    private mutating func withoutMTASTS() {
        for check in ["mta-sts.published", "mta-sts.policy-quality"] { set(check, .moot, at: .domain) }
        set("mta-sts.enforced", .passed, at: .domain)
        find("mta-sts.absent")
        for check in ["dane.valid", "dane.record-quality"] { set(check, .moot, server: nil) }
        set("dane.covers-domain", .passed, at: .domain)
        find("dane.absent")
    }

    /// TLSA records for every server, each of which lives up to them.
    mutating func protectByDANE() {
        for check in ["dane.valid", "dane.record-quality"] { set(check, .passed, server: nil) }
        set("dane.covers-domain", .passed, at: .domain)
    }

    /// A policy in mode enforce that every server lives up to.
    mutating func enforceMTASTS() {
        for check in ["mta-sts.published", "mta-sts.enforced", "mta-sts.policy-quality"] {
            set(check, .passed, at: .domain)
        }
    }

    /// Nothing left to find but what is good: MTA-STS is enforced, DANE protects every server, and so do post-quantum keys.
    static func flawless(_ addresses: [Int]) -> Scene {
        var scene = Scene(addresses)
        scene.enforceMTASTS()
        scene.protectByDANE()
        scene.find("key-exchange.post-quantum")
        return scene
    }

    /// A policy whose enforcement this finding describes instead.
    mutating func enforceMTASTS(but code: String) {
        enforceMTASTS()
        find(code)
    }

    var servers: [MailServer] {
        hosts.flatMap { host in host.addresses.map { MailServer(host: host.name, address: $0) } }
    }

    func places(of scope: Scope) -> [Place] {
        switch scope {
        case .domain: [.domain]
        case .host: hosts.map { .host($0.name) }
        case .address: servers.map { .address($0.address) }
        case .server: servers.map { .server($0) }
        }
    }

    mutating func set(_ check: String, _ outcome: Outcome?, at place: Place) {
        outcomes[check, default: [:]][place] = outcome
    }

    mutating func copyOutcomes(of other: Scene) {
        for (check, places) in other.outcomes {
            for (place, outcome) in places { set(check, outcome, at: place) }
        }
    }

    /// Sets an outcome at one server, or at what it belongs to: its host, its address, the domain; nil means everywhere.
    mutating func set(_ check: String, _ outcome: Outcome, server: Int?) {
        guard let scope = TestCatalog.scope(of: check) else { return }
        guard let server else {
            for place in places(of: scope) { set(check, outcome, at: place) }
            return
        }
        if let place = Place.server(servers[server]).widened(to: scope) { set(check, outcome, at: place) }
    }

    /// Adds a finding at one server, or everywhere.
    mutating func find(_ code: String, server: Int? = nil, _ arguments: [String: Double] = [:]) {
        let (check, description) = TestCatalog.owner(of: code)
        let places =
            server.map { [Place.server(servers[$0])].compactMap { $0.widened(to: check.scope) } }
            ?? places(of: check.scope)
        for place in places {
            let finding = Finding(description, Arguments(named: arguments.mapValues { .number($0) }))
            let before = outcomes[check.id]?[place]?.findings ?? []
            set(check.id, .found(before + [finding]), at: place)
        }
    }

    private static let aboutTLS = ["tls.", "cipher.", "key-exchange.", "certificate."]

    /// What cannot be judged at a server whose STARTTLS does not lead to a session.
    mutating func withoutTLS(_ outcome: Outcome, server: Int?) {
        for check in TestCatalog.checks where Self.aboutTLS.contains(where: { check.id.hasPrefix($0) }) {
            set(check.id, outcome, server: server)
        }
        for check in [
            "starttls.reset", "starttls.steady", "starttls.clean-start", "starttls.capabilities", "requiretls.offered",
        ] {
            set(check, outcome, server: server)
        }
    }

    /// What cannot be judged at a server that holds no conversation.
    mutating func withoutConversation(_ outcome: Outcome, server: Int?) {
        withoutTLS(outcome, server: server)
        for check in [
            "smtp.greeting-valid", "smtp.conversation-holds", "starttls.offered", "starttls.works", "auth.inside-tls",
            "relay.closed",
            "relay.detours-refused",
        ] {
            set(check, outcome, server: server)
        }
    }

    var results: [CheckResult] {
        outcomes.flatMap { check, places in
            places.map { CheckResult(check: check, place: $0.key, outcome: $0.value) }
        }
    }

    /// 2026-06-15T12:00:00Z.
    static let instant = Date(timeIntervalSince1970: 1_781_524_800)

    func assessment(_ profile: Profile = TestCatalog.standard, at instant: Date = instant) -> Assessment {
        Grader(profile).grade(results, hosts: hosts, at: instant)
    }
}

extension Outcome {
    static let open = Outcome.inconclusive("no answer in time")
    static let moot = Outcome.notApplicable("there is no TLS session")

    static func blocked(by fact: FactID) -> Outcome { .blocked(by: fact, because: .failed(.refused)) }
}
