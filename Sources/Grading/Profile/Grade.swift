/// The letters, worst first.
public enum Grade: String, Sendable, Hashable, Codable, CaseIterable, Comparable, CustomStringConvertible {
    case f = "F"
    case d = "D"
    case c = "C"
    case b = "B"
    case a = "A"
    case aPlus = "A+"

    /// Worse before better.
    public static func < (left: Grade, right: Grade) -> Bool { left.rank < right.rank }

    /// The letter.
    public var description: String { rawValue }

    /// How many steps above F.
    var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
