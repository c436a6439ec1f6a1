@testable import CheckKit
@testable import Grading

/// What is wrong with one server; each leads to the outcomes that the checks would give.
enum ServerState: CaseIterable {
    case good, noTLS13, expiresSoon, oldBeside, oldOnly, wrongName, selfSigned, noPTR, noSTARTTLS, brokenHandshake
    case openRelay, dead, breaksOff, refusesInside
    /// Could not be told: the server refuses us, the handshake, relaying, the reverse name.
    case refusesUs, handshakeUnknown, relayUnknown, ptrUnknown

    /// What an open question may turn out to be; the state itself where nothing is open.
    var resolutions: [ServerState] {
        switch self {
        case .refusesUs: [.good, .dead, .noSTARTTLS, .openRelay, .selfSigned]
        case .handshakeUnknown: [.good, .brokenHandshake, .oldOnly, .wrongName]
        case .relayUnknown: [.good, .openRelay]
        case .ptrUnknown: [.good, .noPTR]
        default: [self]
        }
    }
}

/// What is wrong with the domain's records.
enum DomainState: CaseIterable {
    case good, nullMX, noDomain, noMailHost, noUsableHost, bogusMX, nullMXConflict, hostWithoutAddress, lookupUnknown
}

/// A domain with hosts, each with the states of its servers.
struct World {
    var domain = DomainState.good
    var hosts: [[ServerState]]

    var scene: Scene {
        var scene = Scene(hosts.map(\.count))
        for (index, state) in hosts.flatMap({ $0 }).enumerated() { scene.apply(state, server: index) }
        var first = 0
        for states in hosts {
            scene.reach(states, server: first)
            first += states.count
        }
        scene.apply(domain)
        return scene
    }
}

extension Scene {
    mutating func apply(_ state: ServerState, server: Int) {
        switch state {
        case .good: break
        case .noTLS13: find("tls.not-preferred", server: server)
        case .expiresSoon: find("certificate.expires-soon", server: server, ["days-left": 5])
        case .oldBeside: find("tls.deprecated-offered", server: server)
        case .oldOnly: find("tls.only-deprecated", server: server)
        case .wrongName: find("certificate.name-mismatch", server: server)
        case .selfSigned: find("certificate.self-signed", server: server)
        case .noPTR: find("ptr.missing", server: server)
        case .noSTARTTLS:
            find("starttls.not-offered", server: server)
            set("starttls.works", .moot, server: server)
            withoutTLS(.moot, server: server)
        case .brokenHandshake:
            find("starttls.handshake-failed", server: server)
            withoutTLS(.blocked(by: "tls.session"), server: server)
        case .refusesInside:
            find("starttls.ehlo-refused", server: server)
            for check in ["starttls.reset", "starttls.capabilities", "requiretls.offered"] {
                set(check, .blocked(by: "smtp.ehlo-reply-inside-tls"), server: server)
            }
        case .openRelay: find("relay.open", server: server)
        case .dead:
            withoutConversation(.blocked(by: "smtp.greeting"), server: server)
            for check in ["smtp.greeting-valid", "smtp.conversation-holds"] { set(check, .moot, server: server) }
        case .breaksOff:
            withoutConversation(.blocked(by: "smtp.ehlo-reply"), server: server)
            set("smtp.greeting-valid", .passed, server: server)
            set("smtp.conversation-holds", .passed, server: server)
            find("smtp.breaks-off", server: server)
        case .refusesUs: withoutConversation(.open, server: server)
        case .handshakeUnknown:
            withoutTLS(.open, server: server)
            set("starttls.works", .open, server: server)
        case .relayUnknown: set("relay.closed", .open, server: server)
        case .ptrUnknown: set("ptr.forward-confirmed", .open, server: server)
        }
    }

    /// What is said of the host of a server whose servers are in these states.
    mutating func reach(_ states: [ServerState], server: Int) {
        if states.contains(where: { $0 != .dead && $0 != .refusesUs }) {
            if states.contains(.dead) { find("smtp.address-unreachable", server: server) }
        } else if states.contains(.refusesUs) {
            set("smtp.reachable", .open, server: server)
        } else {
            find("smtp.unreachable", server: server)
        }
    }

    mutating func apply(_ domain: DomainState) {
        switch domain {
        case .good: break
        case .nullMX: becomeEmpty("mx.null-mx")
        case .noDomain: becomeEmpty("mx.no-such-domain")
        case .noMailHost: becomeEmpty("mx.no-mail-host")
        case .noUsableHost: becomeEmpty("mx.no-usable-host")
        case .bogusMX:
            find("dnssec.domain-bogus")
            set("mx.receives-mail", .moot, at: .domain)
        case .nullMXConflict: find("mx.null-mx-conflict")
        case .hostWithoutAddress: addHostWithoutAddress()
        case .lookupUnknown:
            becomeEmpty(nil)
            for check in TestCatalog.checks { set(check.id, .open, at: .domain) }
        }
    }

    /// A domain without servers: every check that is not about the domain says so once.
    private mutating func becomeEmpty(_ code: String?) {
        self = Scene([])
        for check in TestCatalog.checks where check.scope != .domain { set(check.id, .moot, at: .domain) }
        if let code { find(code) }
    }

    private mutating func addHostWithoutAddress() {
        var wider = Scene(hosts.map(\.addresses.count) + [0])
        wider.copyOutcomes(of: self)
        self = wider
        guard let place = hosts.last.map({ Place.host($0.name) }) else { return }
        let description = TestCatalog.owner(of: "mx.no-address").finding
        set("mx.host-usable", .found([Finding(description)]), at: place)
        set("smtp.reachable", .moot, at: place)
    }
}
