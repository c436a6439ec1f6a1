internal import CheckKit
internal import FoundationEssentials
internal import MailModel

/// A problem that an organisation knows of and accepts until a day: grades and requirements do not see it, reports do.
public struct Waiver: Sendable, Hashable {
    /// Its name in the profile.
    public let id: String
    /// The check whose findings it is about.
    public let check: String
    /// The one finding it is about; nil for whatever the check finds.
    public let code: String?
    /// Whose; nil for every domain that is judged by the profile.
    public let domain: HostPattern?
    /// Where; nil for everywhere.
    public let server: HostPattern?
    /// Why it is acceptable, one sentence.
    public let reason: String
    /// Who said so.
    public let approvedBy: String
    /// The last day on which it holds.
    public let expires: CalendarDay
}

/// A host name, or `*.` and the rest of one: the star stands for exactly one label.
public struct HostPattern: Sendable, Hashable, CustomStringConvertible {
    private let name: DomainName
    private let isWildcard: Bool

    /// Reads a pattern; Unicode is accepted.
    init?(_ text: String) {
        isWildcard = text.hasPrefix("*.")
        guard let name = try? DomainName(input: isWildcard ? String(text.dropFirst(2)) : text) else { return nil }
        self.name = name
    }

    /// The pattern with A-labels.
    public var description: String { (isWildcard ? "*." : "") + name.text }

    /// Whether a host is meant.
    func matches(_ host: DomainName) -> Bool {
        guard isWildcard else { return host == name }
        guard let dot = host.text.firstIndex(of: ".") else { return false }
        return host.text[host.text.index(after: dot)...] == name.text
    }
}

/// What became of a waiver in one run.
public struct WaiverReport: Sendable, Hashable {
    /// The waiver.
    public let waiver: Waiver
    /// Whether it had an effect.
    public let state: State
    /// What it waives, by check and place; what it would waive if it had not expired.
    public let matches: [Trigger]

    /// What can become of a waiver.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// Something was found, or could not be told, and does not count.
        case used
        /// Its last day is over: what it is about counts again.
        case expired
        /// There is nothing that it is about.
        case unmatched
        /// It is about another domain than the one that is judged, expired or not.
        case otherDomain = "other-domain"
    }
}

extension Ledger {
    /// The outcomes without what is waived, and what became of each waiver.
    ///
    /// A waived finding is removed. A check that has none left at a place counts as not applicable there, and so does one
    /// that is waived as a whole and could not be told. For requirements, `granted`, it counts as clean: what is granted must
    /// not take away with it what else the same requirement asks for.
    func waiving(_ waivers: [Waiver], of domain: DomainName?, at instant: Date) -> Waived {
        var waived: [String: [Place: Set<String>]] = [:]
        var reports: [WaiverReport] = []
        for waiver in waivers {
            if let pattern = waiver.domain, !(domain.map(pattern.matches) ?? false) {
                reports.append(WaiverReport(waiver: waiver, state: .otherDomain, matches: []))
                continue
            }
            let matches = matches(of: waiver)
            let isExpired = waiver.expires.isOver(at: instant)
            reports.append(
                WaiverReport(
                    waiver: waiver, state: isExpired ? .expired : matches.isEmpty ? .unmatched : .used,
                    matches: matches))
            guard !isExpired else { continue }
            for match in matches {
                waived[match.check, default: [:]][match.place, default: []].insert(match.code ?? "")
            }
        }
        var (rest, granted) = (self, self)
        for (check, places) in waived {
            for (place, codes) in places {
                guard let entry = entries[check]?[place] else { continue }
                let found = entry.found.filter { !codes.contains($0.code) }
                let open = entry.open.filter { !codes.contains($0.key) }
                let isEmpty = found.isEmpty && open.isEmpty
                let left = Entry.partly(found, open: open, hidden: entry.hidden, entry.why)
                rest.set(check, place, isEmpty ? .without(.notApplicable, "waived") : left)
                granted.set(check, place, left)
            }
        }
        return Waived(ledger: rest, granted: granted, reports: reports)
    }

    /// The outcomes after waivers.
    struct Waived {
        /// As they count in a grade.
        let ledger: Ledger
        /// As requirements see them.
        let granted: Ledger
        /// What became of each waiver.
        let reports: [WaiverReport]
    }

    /// What a waiver is about, in order; a trigger without a code is an open question.
    private func matches(of waiver: Waiver) -> [Trigger] {
        let places = (entries[waiver.check] ?? [:]).filter { isMeant($0.key, by: waiver.server) }
        return places.sorted { $0.key < $1.key }.flatMap { place, entry -> [Trigger] in
            if entry.outcome == .inconclusive, entry.open.isEmpty, waiver.code == nil {
                return [Trigger(check: waiver.check, code: nil, place: place)]
            }
            let codes = (entry.found.map(\.code) + entry.open.keys.sorted()).filter { $0 == waiver.code ?? $0 }
            return codes.map { Trigger(check: waiver.check, code: $0, place: place) }
        }
    }

    /// An address belongs to every host that has it.
    private func isMeant(_ place: Place, by pattern: HostPattern?) -> Bool {
        guard let pattern else { return true }
        return switch place {
        case .domain: false
        case .host(let host): pattern.matches(host)
        case .server(let server): pattern.matches(server.host)
        case .address(let address): hosts.contains { $0.addresses.contains(address) && pattern.matches($0.name) }
        }
    }
}
