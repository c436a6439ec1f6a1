internal import CheckEngine
package import CheckKit
package import Grading
package import MailModel
internal import Reporting

/// What the live view shows: a line for the run, one for the domain and one for each server. A value without clock or terminal;
/// instants are seconds since the start of the run.
package struct ProgressBoard: Sendable {
    /// A question at a place.
    package struct Step: Hashable, Sendable {
        package let place: EventPlace
        package let fact: FactID
    }

    /// A change that is worth a line where nothing can be redrawn.
    package struct News: Equatable {
        package let label: String
        package let phrase: String
    }

    /// The domain first, then the servers.
    package private(set) var rows: [ProgressRow]
    /// Between which letters each grade lies so far, by profile, in the order in which that was first known.
    package private(set) var ranges: [(profile: String, worst: Grade, best: Grade)] = []
    private var servers: [MailServer] = []
    private let name: String
    private let deadline: Double
    /// What is asked of each server, of its address or of its host.
    private let ofServers: Set<FactID>

    /// A view of nothing yet; `steps` is what is planned, `deadline` when the run ends at the latest.
    package init(_ domain: DomainName, _ steps: [PlanOutline.Step], deadline: Double) {
        name = domain.unicode.escapedForTerminal
        self.deadline = deadline
        let probes = steps.filter(\.isProbe)
        ofServers = Set(probes.filter { $0.scope != .domain }.map(\.fact))
        rows = [ProgressRow(label: "the domain", planned: Set(probes.filter { $0.scope == .domain }.map(\.fact)))]
        rows[0].begin(Self.preparation, "checking the resolver", at: 0)
    }

    /// On a narrower page there is no room for how many questions are answered.
    private static let leastForCounts = 36

    /// What happens before the first probe is no fact of the run.
    private static let preparation = Step(place: EventPlace(.domain), fact: "preparation")

    /// Takes an event in; returns what is new about it.
    package mutating func receive(_ event: GradingEvent, at now: Double) -> [News] {
        switch event {
        case .servers(let list):
            servers = list
            // A host of one address is known by its name; that leaves more room for what happens.
            rows += list.map { server in
                let isOne = list.count { $0.host == server.host } == 1
                let label = isOne ? "\(server.host)" : "\(server.host) [\(server.address)]"
                return ProgressRow(label: label.escapedForTerminal, planned: ofServers)
            }
            return []
        case .began(let place, let fact, let phrase):
            if rows[0].steps[Self.preparation] != nil { rows[0].end(Self.preparation, "", at: now) }
            return change(place) { $0.begin(Step(place: place, fact: fact), phrase.escapedForTerminal, at: now) }
        case .learnt(let place, let fact, let phrase):
            return change(place) { $0.learn(Step(place: place, fact: fact), phrase.escapedForTerminal) }
        case .ended(let place, let fact, let phrase):
            return change(place) { $0.end(Step(place: place, fact: fact), phrase.escapedForTerminal, at: now) }
        case .waits(let place, let seconds, let sign):
            let sign = sign.escapedForTerminal
            return change(place) { row in
                row.wait(until: now + seconds, sign)
                return sign.isEmpty ? nil : ProgressRow.waiting(seconds, sign)
            }
        case .range(let profile, let worst, let best):
            if let index = ranges.firstIndex(where: { $0.profile == profile }) {
                ranges[index] = (profile, worst, best)
            } else {
                ranges.append((profile, worst, best))
            }
            return [News(label: name, phrase: "\(Self.phrase(worst, best)) so far (\(profile.escapedForTerminal))")]
        case .note: return []
        }
    }

    /// The rows that a place belongs to: every server of an address or of a host; else the domain.
    private mutating func change(_ place: EventPlace, _ change: (inout ProgressRow) -> String?) -> [News] {
        var concerned = servers.indices.filter { place.concerns(servers[$0]) }.map { $0 + 1 }
        if concerned.isEmpty { concerned = [0] }
        return concerned.compactMap { index in
            guard let phrase = change(&rows[index]), !phrase.isEmpty else { return nil }
            return News(label: index == 0 ? name : rows[index].label, phrase: phrase)
        }
    }

    private static func phrase(_ worst: Grade, _ best: Grade) -> String {
        worst == best ? best.rawValue : "\(worst) to \(best)"
    }
}

extension ProgressBoard {
    /// The lines of the view, none wider than `width` and no more than `height`: where there are too many, those that are
    /// still at work come first, and the last line counts the rest.
    package func lines(width: Int, height: Int = .max, at now: Double) -> [String] {
        let room = max(0, height - 1)
        var shown = rows
        var more: [String] = []
        if rows.count > room {
            let busy = rows.filter(\.isBusy)
            let idle = rows.filter { !$0.isBusy }
            // Where there is one line, a server says more than how many there are.
            shown = Array((busy + idle).prefix(room > 1 ? room - 1 : room))
            more = room > 1 ? ["and \(rows.count - shown.count) more".truncated(to: width)] : []
        }
        let column = min(rows.map(\.label.columns).max() ?? 0, max(4, width * 2 / 5))
        let lines =
            [head(at: now, width: width)] + shown.map { line($0, column: column, width: width, at: now) } + more
        return Array(lines.prefix(height))
    }

    /// What matters of the whole run: the result so far, how much of it is done, and how long it can take; the shorter, the narrower
    /// the page.
    private func head(at now: Double, width: Int) -> String {
        let several = ranges.count > 1
        let grades = ranges.map {
            "\(several ? "\($0.profile.escapedForTerminal) " : "")\(Self.phrase($0.worst, $0.best))"
        }.joined(separator: ", ")
        let grade = grades.isEmpty ? "no letter yet" : "\(grades) so far"
        let answered = rows.map(\.answered.count).reduce(0, +)
        let planned = rows.map(\.planned.count).reduce(0, +)
        let count = servers.isEmpty ? "" : ", \(answered) of \(planned) answered"
        let time = "\(max(0, now).oneDecimal) s"
        let forms = [
            "\(name): \(grade)\(count), \(time) of \(Int(deadline.rounded(.up))) s",
            "\(name): \(grade)\(count), \(time)",
            "\(grade)\(count), \(time)", "\(grades.isEmpty ? "no letter" : grades), \(time)",
        ]
        return forms.first { $0.columns <= width } ?? (grades.isEmpty ? time : grades).truncated(to: width)
    }

    private func line(_ row: ProgressRow, column: Int, width: Int, at now: Double) -> String {
        let label = row.label.truncated(to: column)
        let padding = String(repeating: " ", count: column - label.columns)
        guard width >= Self.leastForCounts else {
            return "\(label)\(padding) \(row.text(at: now))".truncated(to: width)
        }
        let count = row.planned.isEmpty ? "" : "\(row.answered.count)/\(row.planned.count)"
        let gap = String(repeating: " ", count: max(0, 7 - count.count))
        return "\(label)\(padding)\(gap)\(count)  \(row.text(at: now))".truncated(to: width)
    }
}
