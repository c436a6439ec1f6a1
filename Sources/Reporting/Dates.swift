internal import FoundationEssentials

extension Date {
    /// RFC 3339 in UTC, to the second.
    var timestamp: String { formatted(.iso8601) }

    /// The day in UTC: `2026-05-31`.
    var day: String { String(timestamp.prefix(10)) }
}

extension Double {
    /// With one decimal, rounded half up; no exponent, no locale.
    var oneDecimal: String {
        let tenths = Int((self * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }

    /// Not negative, with three decimals.
    var threeDecimals: String {
        let thousandths = Int((Swift.max(0, self) * 1000).rounded())
        let digits = String(thousandths % 1000)
        return "\(thousandths / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
    }
}
