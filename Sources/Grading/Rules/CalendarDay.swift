internal import FoundationEssentials

/// A day of the calendar in UTC.
public struct CalendarDay: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The day as it is written: `2026-12-31`. ISO 8601, section 5.2.
    public let description: String
    private let daysSinceEpoch: Int

    /// Reads a day that exists, from the year 2000 to 2999.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.map(\.utf8.count) == [4, 2, 2],
            text.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            (2000...2999).contains(year), (1...12).contains(month), (1...Self.length(of: month, year)).contains(day)
        else { return nil }
        description = text
        let years = (1970..<year).reduce(0) { $0 + (Self.isLeap($1) ? 366 : 365) }
        daysSinceEpoch = years + (1..<month).reduce(0) { $0 + Self.length(of: $1, year) } + day - 1
    }

    /// Whether the day has begun at an instant.
    func hasBegun(at instant: Date) -> Bool {
        instant.timeIntervalSince1970 >= Double(daysSinceEpoch) * 86_400
    }

    /// Whether the day is over at an instant.
    func isOver(at instant: Date) -> Bool {
        instant.timeIntervalSince1970 >= Double(daysSinceEpoch + 1) * 86_400
    }

    /// The middle of the day.
    var noon: Date { Date(timeIntervalSince1970: (Double(daysSinceEpoch) + 0.5) * 86_400) }

    /// By time.
    public static func < (left: CalendarDay, right: CalendarDay) -> Bool { left.daysSinceEpoch < right.daysSinceEpoch }

    private static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    private static func length(of month: Int, _ year: Int) -> Int {
        month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }
}
