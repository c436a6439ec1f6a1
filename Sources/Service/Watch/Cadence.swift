public import FoundationEssentials
internal import MailModel
public import Store

/// What kind of look a domain gets.
public enum LookKind: String, Sendable, Hashable, CaseIterable {
    /// What the DNS and the policy host say; no mail server is contacted.
    case lookups
    /// One connection to each server, for its certificate.
    case certificates
    /// Everything that the profiles ask for.
    case graded
}

/// When domains are looked at: each at a time of its own within the interval, the same ones again after every restart, so that a
/// list of thousands is spread evenly and nobody's servers see all of them at full hours.
public struct Cadence: Sendable {
    private let lists: [String: WatchedList]

    /// New domains get their first look of each kind within this time, or their interval where that is shorter.
    private static let first: TimeInterval = 3600

    /// The cadence of lists.
    public init(_ lists: [String: WatchedList]) { self.lists = lists }

    /// Every time there is, for domains that were never looked at.
    public func beginning(at instant: Date) -> [StoredWatchTime] {
        lists.flatMap { name, list in
            list.domains.flatMap { domain in
                LookKind.allCases.compactMap { kind -> StoredWatchTime? in
                    guard let every = list.interval(kind)?.inSeconds else { return nil }
                    let wait = Self.phase(name, domain, kind, within: min(every, Self.first))
                    let next = instant.addingTimeInterval(wait)
                    return StoredWatchTime(list: name, domain: domain, kind: kind.rawValue, next: next)
                }
            }
        }
    }

    /// The next time of the same look; nil where it is not wanted any more.
    public func next(after time: StoredWatchTime, at instant: Date) -> StoredWatchTime? {
        guard let kind = LookKind(rawValue: time.kind), let every = lists[time.list]?.interval(kind)?.inSeconds,
            every > 0
        else { return nil }
        // Times are kept in whole seconds: one with a fraction would have come again before it is over.
        let phase = Self.phase(time.list, time.domain, kind, within: every).rounded(.down)
        let rounds = ((instant.timeIntervalSince1970 - phase) / every).rounded(.down) + 1
        var next = time
        next.next = Date(timeIntervalSince1970: rounds * every + phase)
        return next
    }

    /// From 0 to less than `seconds`, by a hash of what it is for.
    private static func phase(_ list: String, _ domain: DomainName, _ kind: LookKind, within seconds: TimeInterval)
        -> TimeInterval
    {
        let hash = SHA256.hex("\(list) \(domain.text) \(kind.rawValue)".utf8).prefix(13)
        return Double(UInt64(hash, radix: 16) ?? 0) / Double(1 << 52) * seconds
    }
}

extension WatchedList {
    /// How often a kind of look is wanted; nil never.
    func interval(_ kind: LookKind) -> Duration? {
        switch kind {
        case .lookups: lookups
        case .certificates: certificates
        case .graded: graded
        }
    }
}
