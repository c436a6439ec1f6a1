/// Finds the word somebody meant, for "did you mean".
public enum Suggestion {
    /// The candidate nearest to a word, if it is near enough to be a slip of the pen: one change, or a third of the word.
    public static func nearest<Candidates: Sequence<String>>(to word: String, in candidates: Candidates) -> String? {
        let letters = Array(word.lowercased().utf8.prefix(64))
        let limit = max(1, letters.count / 3)
        var best: (distance: Int, candidate: String)?
        for candidate in candidates.sorted() {
            let other = Array(candidate.lowercased().utf8)
            guard abs(other.count - letters.count) <= limit else { continue }
            let distance = distance(letters, other)
            if distance <= limit, distance < best?.distance ?? .max { best = (distance, candidate) }
        }
        // Who writes the beginning of a word means the word.
        let short = word.lowercased()
        return best?.candidate
            ?? (letters.count > 2
                ? candidates.filter { $0.lowercased().hasPrefix(short) }.min { $0.count < $1.count } : nil)
    }

    /// The rest of an error message about an unknown word: a suggestion, or the short list of what there is.
    static func hint<Candidates: Sequence<String>>(for word: String, in candidates: Candidates) -> String {
        if let nearest = nearest(to: word, in: candidates) { return "; did you mean '\(nearest)'?" }
        let known = candidates.sorted()
        return (1...12).contains(known.count) ? "; known: \(known.joined(separator: ", "))" : ""
    }

    /// How many letters must be added, dropped, replaced, or swapped with their neighbour.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
                var cost = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
