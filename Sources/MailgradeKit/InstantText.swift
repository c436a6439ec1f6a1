package import FoundationEssentials

extension Date {
    /// An instant that somebody wrote, such as 2026-12-31T00:00:00Z; nil where it is none. RFC 3339, section 5.6.
    ///
    /// Foundation also reads years of five digits, and takes 30 February for 2 March.
    package init?(instant text: String) {
        let form = /([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})/
        guard let parts = text.prefixMatch(of: form)?.output, let year = Int(parts.1), let month = Int(parts.2),
            let day = Int(parts.3), let hour = Int(parts.4), let minute = Int(parts.5), let second = Int(parts.6),
            (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day),
            hour < 24, minute < 60, second < 60,
            let date = try? Date(text, strategy: .iso8601)
        else { return nil }
        self = date
    }

    private static func days(in month: Int, of year: Int) -> Int {
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        switch month {
        case 2: return isLeap ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }
}
