internal import MailModel

/// Finds out whose order of suites counts, and puts suites in the server's order.
struct SuiteOrder: Sendable {
    let version: TLSVersion
    let groups: [UInt16]
    let enumeration: Enumeration
    let questioner: Questioner

    /// Whose order counts: the list that was answered with `first`, once again back to front. Nil where that tells
    /// nothing, because nothing was chosen or the answer fits neither.
    func chooser(_ suites: [UInt16], first: ServerChoice?) async -> Enumeration.Chooser? {
        guard let first, let second = await pick(suites.reversed()) else { return nil }
        return second == first.suite ? .server : .client
    }

    /// Lists that are each in the server's order as one; nil when an answer is missing. Lists that are doubtful are asked
    /// again, one suite after the other.
    func sorted(_ lists: [[UInt16]], isDoubtful: Bool) async -> [UInt16]? {
        if isDoubtful { return await ranked(lists.flatMap { $0 }) }
        let lists = lists.filter { !$0.isEmpty }
        let isAbove = await withTaskGroup(of: (Int, Bool?).self) { tasks in
            for (index, (above, below)) in zip(lists, lists.dropFirst()).enumerated() {
                guard let last = above.last, let first = below.first else { continue }
                tasks.addTask { (index, await pick([last, first]).map { $0 == last }) }
            }
            var answers: [Int: Bool?] = [:]
            for await (index, answer) in tasks { answers[index] = answer }
            return answers
        }
        guard let first = lists.first else { return [] }
        // A run of parts that stand above one another needs no merging.
        var runs = [first]
        for (index, list) in lists.dropFirst().enumerated() {
            guard let answer = isAbove[index] ?? nil else { return nil }
            if answer { runs[runs.count - 1] += list } else { runs.append(list) }
        }
        var sorted = runs[0]
        for run in runs.dropFirst() {
            guard let merged = await merged(sorted, run) else { return nil }
            sorted = merged
        }
        return sorted
    }

    private func ranked(_ suites: [UInt16]) async -> [UInt16]? {
        var left = suites
        var ranked: [UInt16] = []
        while left.count > 1 {
            guard let next = await pick(left), left.contains(next) else { return nil }
            left.removeAll { $0 == next }
            ranked.append(next)
        }
        return ranked + left
    }

    /// Each suite of the second list is looked up in what is left of the first, by halves: lists of different parts seldom
    /// interleave.
    private func merged(_ long: [UInt16], _ short: [UInt16]) async -> [UInt16]? {
        var merged: [UInt16] = []
        var rest = long[...]
        for suite in short {
            var (low, high) = (rest.startIndex, rest.endIndex)
            var isNext = true
            while low < high {
                // Often it stands right at the front.
                let middle = isNext ? low : (low + high) / 2
                isNext = false
                guard let winner = await pick([rest[middle], suite]) else { return nil }
                if winner == suite { high = middle } else { low = middle + 1 }
            }
            merged += rest[..<low] + [suite]
            rest = rest[low...]
        }
        return merged + rest
    }

    private func pick(_ suites: [UInt16]) async -> UInt16? {
        do throws(Obstacle) {
            return try await questioner.ask(enumeration.offer(version, suites, groups)).choice?.suite
        } catch {
            return nil
        }
    }
}
