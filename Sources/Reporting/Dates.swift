package import FoundationEssentials

extension Date {
    /// RFC 3339 in UTC, to the second.
    package var timestamp: String { formatted(.iso8601) }

    /// The day in UTC: `2026-05-31`.
    var day: String { String(timestamp.prefix(10)) }
}
