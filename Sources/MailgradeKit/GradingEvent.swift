internal import CheckEngine
public import CheckKit
public import Grading
public import MailModel

/// What happens in a run, in words that probes and facts have for it. A value that can be sent on as JSON.
public enum GradingEvent: Sendable, Hashable, Codable {
    /// The mail servers are known.
    case servers(list: [MailServer])
    /// A probe has started, and what it is doing; empty where it first waits for another.
    case began(place: EventPlace, fact: FactID, phrase: String)
    /// What is known of a fact so far.
    case learnt(place: EventPlace, fact: FactID, phrase: String)
    /// A fact is settled; empty where there is nothing to say.
    case ended(place: EventPlace, fact: FactID, phrase: String)
    /// The next connection to an address waits for so many seconds, and how the server turned us away; empty where it did not, and
    /// connections are merely kept apart.
    case waits(place: EventPlace, seconds: Double, sign: String)
    /// Between which letters the grade lies by what is known so far; only in runs that judge their drafts.
    case range(profile: String, worst: Grade, best: Grade)
    /// Something worth knowing about this machine’s network, one sentence.
    case note(sentence: String)
}

/// Where something happens: at a server, at an address or a host, or, without either, in the domain.
public struct EventPlace: Sendable, Hashable, Codable {
    /// The MX host.
    public var host: DomainName?
    /// The address.
    public var address: IPAddress?

    /// The place of a fact.
    public init(_ place: Place) {
        switch place {
        case .domain: break
        case .host(let name): host = name
        case .address(let at): address = at
        case .server(let server): (host, address) = (server.host, server.address)
        }
    }

    /// An address.
    init(_ address: IPAddress) { self.address = address }

    /// Whether it is about one server, about all servers of an address or all of a host, and not about the domain.
    public func concerns(_ server: MailServer) -> Bool {
        (host != nil || address != nil) && (address == nil || address == server.address)
            && (host == nil || host == server.host)
    }
}

extension GradingEvent {
    /// A wait, in words.
    init(_ wait: ConnectionWait) {
        self = .waits(place: EventPlace(wait.address), seconds: wait.duration.inSeconds, sign: wait.sign ?? "")
    }

    /// The event of the engine, in words; nil where there are none.
    init?(_ event: RunEvent) {
        switch event {
        case .servers(let servers): self = .servers(list: servers)
        case .started(let slot, let activity):
            self = .began(place: EventPlace(slot.place), fact: slot.fact, phrase: activity?.beginning ?? "")
        case .kept(let slot, let fact):
            guard let phrase = fact.inBrief else { return nil }
            self = .learnt(place: EventPlace(slot.place), fact: slot.fact, phrase: phrase)
        case .settled(let slot, let observed, let activity):
            self = .ended(place: EventPlace(slot.place), fact: slot.fact, phrase: activity?.ending(observed) ?? "")
        case .noted, .finished: return nil
        }
    }
}
