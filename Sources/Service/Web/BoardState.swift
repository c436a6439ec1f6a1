internal import CheckKit
internal import Grading
internal import MailModel
internal import MailgradeKit
internal import Store

/// How a run stands, as the page shows it: the same texts as on a terminal.
struct BoardState: Encodable, Sendable, Hashable {
    /// The domain, or a server of it.
    struct Row: Encodable, Sendable, Hashable {
        let name: String
        let answered: Int
        let planned: Int
        let text: String
        let isBusy: Bool
    }

    /// How many others have their turn before; nil once it has begun.
    let place: Int?
    /// Between which letters the grade lies under the profile that was asked for; nil before anything is known.
    let worst: String?
    let best: String?
    /// The same in words.
    let letters: String
    let rows: [Row]
    /// Seconds since it began.
    let seconds: Double
    /// The same, and how long it will take, in words.
    let time: String

    /// How a run stands under a profile. `usual` is how long runs take, in seconds, and `deadline` when they end at the latest.
    init(_ standing: LiveRun.Standing, profile: String? = nil, usual: Double?, deadline: Double) {
        let now = standing.elapsed.inSeconds
        let ranges = standing.board.ranges
        let range = ranges.first { $0.profile == profile } ?? ranges.first
        place = standing.place
        worst = range?.worst.rawValue
        best = range?.best.rawValue
        rows = standing.board.rows.map { row in
            Row(
                name: row.label, answered: row.answered.count, planned: row.planned.count, text: row.text(at: now),
                isBusy: row.isBusy)
        }
        seconds = (now * 10).rounded() / 10
        letters =
            range.map { $0.worst == $0.best ? "\($0.best) so far" : "\($0.worst) to \($0.best) so far" }
            ?? "No letter yet"
        time = Self.time(standing.place, now, usual, deadline)
    }

    private static func time(_ place: Int?, _ now: Double, _ usual: Double?, _ deadline: Double) -> String {
        if let place { return place == 1 ? "Next in the queue." : "Number \(place) in the queue." }
        guard let usual, usual > now else { return "At most \(Int(max(1, deadline - now).rounded(.up))) seconds left." }
        let left = Int(max(1, usual - now).rounded(.up))
        return "About \(left) second\(left == 1 ? "" : "s") left."
    }
}
