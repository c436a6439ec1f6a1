internal import CheckEngine
internal import CheckKit
internal import MailModel
internal import Reporting

/// What the live view shows: one row for the domain and one for each server. A value without clock or terminal; instants
/// are seconds since the start of the run.
struct ProgressBoard {
    /// One line of the view.
    struct Row {
        let label: String
        /// The latest phrase about each fact, in the order in which their probes started.
        var steps: [(fact: FactID, phrase: String)] = []
        var startedAt: Double?
        var endedAt: Double?
        var running: Set<Slot> = []

        var text: String { steps.map(\.phrase).filter { !$0.isEmpty }.joined(separator: "; ") }

        /// Seconds of work so far.
        func elapsed(at now: Double) -> Double { startedAt.map { (endedAt ?? now) - $0 } ?? 0 }
    }

    /// A change that is worth a line where nothing can be redrawn.
    struct News: Equatable {
        let label: String
        let phrase: String
    }

    private(set) var rows: [Row]
    private var servers: [MailServer] = []

    /// A view of nothing yet.
    init(_ domain: DomainName) {
        rows = [Row(label: domain.unicode.escapedForTerminal)]
        rows[0].startedAt = 0
        rows[0].steps = [(Self.preparation, "checking the resolver")]
    }

    /// What happens before the first probe is no fact of the run.
    private static let preparation: FactID = "preparation"

    /// Takes an event in; returns what is new about it.
    mutating func receive(_ event: RunEvent, at now: Double) -> [News] {
        switch event {
        case .servers(let list):
            servers = list
            rows += list.map { Row(label: "\($0.host) [\($0.address)]".escapedForTerminal) }
            return []
        case .started(let slot, let activity):
            return indices(of: slot.place).flatMap { index -> [News] in
                rows[index].running.insert(slot)
                rows[index].steps.removeAll { $0.fact == Self.preparation }
                rows[index].startedAt = rows[index].startedAt ?? now
                rows[index].endedAt = nil
                return say(activity?.beginning ?? "", about: slot.fact, in: index)
            }
        case .kept(let slot, let fact):
            guard let phrase = fact.inBrief else { return [] }
            return indices(of: slot.place).flatMap { say(phrase, about: slot.fact, in: $0) }
        case .settled(let slot, let observed, let activity):
            return indices(of: slot.place).flatMap { index -> [News] in
                // Derived facts are settled without having been started: they are no steps.
                guard rows[index].running.remove(slot) != nil else { return [] }
                if rows[index].running.isEmpty { rows[index].endedAt = now }
                return say(activity?.ending(observed) ?? "", about: slot.fact, in: index)
            }
        case .finished: return []
        }
    }

    private mutating func say(_ phrase: String, about fact: FactID, in index: Int) -> [News] {
        let phrase = phrase.escapedForTerminal
        let old = rows[index].steps.firstIndex { $0.fact == fact }
        if let old, rows[index].steps[old].phrase == phrase { return [] }
        if let old {
            rows[index].steps[old].phrase = phrase
        } else {
            rows[index].steps.append((fact, phrase))
        }
        return phrase.isEmpty ? [] : [News(label: rows[index].label, phrase: phrase)]
    }

    /// The rows that a place belongs to: every server of an address; the domain for hosts.
    private func indices(of place: Place) -> [Int] {
        switch place {
        case .domain, .host: [0]
        case .address, .server: servers.indices.filter { place.covers(servers[$0]) }.map { $0 + 1 }
        }
    }
}

extension ProgressBoard {
    /// The lines of the view, none wider than `width` and no more than `height`: where there are too many, those that are
    /// still at work come first, and the last line counts the rest.
    func lines(width: Int, height: Int = .max, at now: Double) -> [String] {
        var shown = rows
        var more: [String] = []
        if rows.count > height {
            let busy = rows.filter { !$0.running.isEmpty }
            let idle = rows.filter { $0.running.isEmpty }
            shown = Array((busy + idle).prefix(max(0, height - 1)))
            more = ["  and \(rows.count - shown.count) more".truncated(to: width)]
        }
        let column = min(rows.map(\.label.columns).max() ?? 0, max(10, width / 2))
        return shown.map { line($0, column: column, width: width, at: now) } + more
    }

    private func line(_ row: Row, column: Int, width: Int, at now: Double) -> String {
        let label = row.label.truncated(to: column)
        let padding = String(repeating: " ", count: column - label.columns)
        let tenths = Int((row.elapsed(at: now) * 10).rounded())
        let time = row.startedAt == nil ? "" : "\(tenths / 10).\(tenths % 10) s"
        let gap = String(repeating: " ", count: max(0, 8 - time.count))
        let text = row.startedAt == nil ? "waiting" : row.text
        return "\(label)\(padding)\(gap)\(time)  \(text)".truncated(to: width)
    }
}
