internal import CheckKit
internal import MailModel
internal import MailgradeKit
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
        var running: Set<Step> = []

        var text: String { steps.map(\.phrase).filter { !$0.isEmpty }.joined(separator: "; ") }

        /// Seconds of work so far.
        func elapsed(at now: Double) -> Double { startedAt.map { (endedAt ?? now) - $0 } ?? 0 }
    }

    /// What a probe is at work on.
    struct Step: Hashable {
        let place: EventPlace
        let fact: FactID
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
    mutating func receive(_ event: GradingEvent, at now: Double) -> [News] {
        switch event {
        case .servers(let list):
            servers = list
            rows += list.map { Row(label: "\($0.host) [\($0.address)]".escapedForTerminal) }
            return []
        case .began(let place, let fact, let phrase):
            return indices(of: place).flatMap { index -> [News] in
                rows[index].running.insert(Step(place: place, fact: fact))
                rows[index].steps.removeAll { $0.fact == Self.preparation }
                rows[index].startedAt = rows[index].startedAt ?? now
                rows[index].endedAt = nil
                return say(phrase, about: fact, in: index)
            }
        case .learnt(let place, let fact, let phrase):
            return indices(of: place).flatMap { say(phrase, about: fact, in: $0) }
        case .ended(let place, let fact, let phrase):
            return indices(of: place).flatMap { index -> [News] in
                // Derived facts are settled without having been started: they are no steps.
                guard rows[index].running.remove(Step(place: place, fact: fact)) != nil else { return [] }
                if rows[index].running.isEmpty { rows[index].endedAt = now }
                return say(phrase, about: fact, in: index)
            }
        case .note: return []
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
    private func indices(of place: EventPlace) -> [Int] {
        place.address == nil ? [0] : servers.indices.filter { place.concerns(servers[$0]) }.map { $0 + 1 }
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
