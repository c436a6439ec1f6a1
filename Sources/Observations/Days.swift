package import FoundationEssentials

extension Date {
    /// Year, month and day.
    package var dayInUTC: String { formatted(.iso8601.year().month().day()) }
}
