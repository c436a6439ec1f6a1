/// Durations as people write them, in profiles and on the command line: the one grammar.
extension Duration {
    private static let units: [(suffix: String, seconds: Double)] = [
        ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1), ("ms", 0.001),
    ]

    /// A hundred years is longer than anything measured here and far from overflow.
    private static let longest = 3_155_760_000.0

    /// `90s`, `2m`, `1m30s`, `1.5h`, `14d`, `500ms`: numbers with units, the larger unit first; nil for anything else.
    package init?(text: String) {
        var units = Self.units[...]
        var seconds = 0.0
        var rest = text[...]
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let suffix = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(suffix.count)
            guard let count = Self.number(digits), let index = units.firstIndex(where: { $0.suffix == suffix }) else {
                return nil
            }
            seconds += count * units[index].seconds
            units = units[(index + 1)...]
            guard seconds <= Self.longest else { return nil }
        }
        self = .seconds(seconds)
    }

    /// Seconds of a file that others wrote. Throws `DecodingError` where no clock counts that far: the conversion would trap.
    package init(read seconds: Double, codingPath: [any CodingKey]) throws {
        guard seconds.magnitude <= 1e12 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: codingPath, debugDescription: "\(seconds) s is no duration"))
        }
        self = .seconds(seconds)
    }

    /// Digits, with digits behind a point or without one.
    private static func number(_ text: Substring) -> Double? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        return Double(text)
    }
}
