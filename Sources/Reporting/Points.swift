internal import CheckKit
internal import Grading

/// The score and what it is made of. Rounded once, in tenths of a point, so that what is shown adds up and a score never
/// seems to have reached a band that it missed.
public struct Points: Sendable, Hashable {
    /// The score; nil where there is none.
    public var score: Double?
    /// What each check takes away, the most first; what is shown as nothing is left out.
    public var lost: [Share]
    /// What each check adds.
    public var bonus: [Share]

    /// One check's share.
    public struct Share: Sendable, Hashable {
        /// The check.
        public var check: String
        /// How many points.
        public var points: Double
    }

    init(_ assessment: Assessment) {
        let exact = assessment.credits.map(\.pointsLost).reduce(0, +) * 10
        let bonuses = assessment.credits.filter { $0.bonus > 0 }.map { ($0.check, Int(($0.bonus * 10).rounded())) }
        let added = bonuses.map(\.1).reduce(0, +)
        let tenths = assessment.score.map { Int(($0 * 10 + 1e-7).rounded(.down)) }
        // Beyond both ends of the scale the sum is more than what is shown of it.
        let isInside = (0.0...1000).contains(1000 - exact + Double(added))
        let total = isInside ? tenths.map { 1000 + added - $0 } : nil
        score = tenths.map { Double($0) / 10 }
        lost = Self.split(total ?? Int((exact - 1e-7).rounded(.up)), among: assessment.credits)
        bonus = bonuses.map { Share(check: $0, points: Double($1) / 10) }
    }

    /// Shares that add up to the total: each rounded down, and what is left goes to those that lose most by it.
    private static func split(_ total: Int, among credits: [Assessment.CheckCredit]) -> [Share] {
        var shares = credits.filter { $0.pointsLost > 0 }
            .map { (check: $0.check, tenths: Int($0.pointsLost * 10), rest: ($0.pointsLost * 10).remainder) }
            .sorted { ($1.rest, $0.check) < ($0.rest, $1.check) }
        let left = total - shares.map(\.tenths).reduce(0, +)
        for index in shares.indices.prefix(max(0, left)) { shares[index].tenths += 1 }
        return shares.filter { $0.tenths > 0 }
            .sorted { ($1.tenths, $0.check) < ($0.tenths, $1.check) }
            .map { Share(check: $0.check, points: Double($0.tenths) / 10) }
    }

    /// What was lost and gained, and what that makes; nil where nothing was.
    var sentence: String? {
        guard let score, !lost.isEmpty || !bonus.isEmpty else { return nil }
        func list(_ shares: [Share], _ sign: String) -> String {
            shares.map { "\($0.check) \(sign)\($0.points.shortest)" }.joined(separator: ", ")
        }
        let minus = lost.map(\.points).reduce(0, +)
        let plus = bonus.map(\.points).reduce(0, +)
        let sum = 100 - minus + plus
        var parts: [String] = []
        if !lost.isEmpty { parts.append("Points lost: \(list(lost, "-")).") }
        if !bonus.isEmpty { parts.append("Bonus: \(list(bonus, "+")).") }
        parts.append(
            "Score: 100\(minus > 0 ? " - \(minus.shortest)" : "")\(plus > 0 ? " + \(plus.shortest)" : "")"
                + (sum > 100.05 ? ", limited to 100." : " = \(score.shortest)."))
        return parts.joined(separator: " ")
    }
}

extension Points {
    /// What each check takes away or adds, by its id.
    static func json(_ shares: [Share]) -> JSONValue {
        .object(Dictionary(shares.map { ($0.check, .number($0.points)) }) { first, _ in first })
    }
}

extension Double {
    /// What is behind the decimal point.
    fileprivate var remainder: Double { self - rounded(.down) }
}
