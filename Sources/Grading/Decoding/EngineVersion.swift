/// A version of the engine: numbers with dots, compared number by number; missing ones are 0.
struct EngineVersion: Comparable, CustomStringConvertible {
    let description: String
    private let numbers: [Int]

    /// Reads `0.1` or `1.2.3`.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int($0) : nil }
        guard (1...3).contains(parts.count), numbers.count == parts.count else { return nil }
        description = text
        self.numbers = numbers + Array(repeating: 0, count: 3 - numbers.count)
    }

    static func < (left: EngineVersion, right: EngineVersion) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }

    static func == (left: EngineVersion, right: EngineVersion) -> Bool { left.numbers == right.numbers }
}

extension ProfileDecoder {
    /// Refuses a profile that was written for another engine: `requires-engine: ">= 0.2, < 1"`.
    func checkEngine(_ cursor: YAMLCursor) {
        guard !cursor.removesNothing(), let text = cursor.text() else { return }
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let words = part.split(separator: " ")
            guard words.count == 2, let comparison = ArgumentCondition.Comparison(rawValue: String(words[0])),
                let version = EngineVersion(String(words[1]))
            else {
                cursor.error("'requires-engine' must be versions to compare with, for example \">= 0.2, < 1\"")
                return
            }
            guard let engine, !Self.holds(engine, comparison, version) else { continue }
            cursor.error("this is engine \(engine), and the profile requires \(comparison.rawValue) \(version)")
        }
    }

    private static func holds(
        _ engine: EngineVersion, _ comparison: ArgumentCondition.Comparison, _ version: EngineVersion
    ) -> Bool {
        switch comparison {
        case .less: engine < version
        case .atMost: engine <= version
        case .greater: engine > version
        case .atLeast: engine >= version
        case .equal: engine == version
        case .notEqual: engine != version
        }
    }
}
