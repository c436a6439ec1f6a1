extension Double {
    /// With one decimal, rounded half away from zero; no exponent below 10^15, no locale.
    package var oneDecimal: String {
        guard isFinite, magnitude < 1e15 else { return description }
        let tenths = (self * 10).rounded()
        return "\(tenths == 0 ? 0 : tenths / 10)"
    }

    /// Not negative, with three decimals; no locale.
    package var threeDecimals: String {
        guard isFinite, magnitude < 1e15 else { return description }
        let thousandths = Int((Swift.max(0, self) * 1000).rounded())
        let digits = String(thousandths % 1000)
        return "\(thousandths / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
    }
}
