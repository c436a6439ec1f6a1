internal import MailModel

/// Finds out whose order counts, and puts suites in the server's order.
struct SuiteOrder: Sendable {
    let version: TLSVersion
    let groups: [UInt16]
    let enumeration: Enumeration
    let questioner: Questioner

    /// Suites that were found together, in the order of the answers.
    struct Part: Sendable {
        let suites: [UInt16]
        /// Whether all of it is known to stand above the next part.
        let standsAboveNext: Bool
    }

    /// Whose order of suites counts, where no answer has shown it by itself: of two that were found one after the other, in
    /// the order in which they were offered, the second is offered first. Of any other two, each once.
    func chooser(_ parts: [Part]) async -> Enumeration.Chooser? {
        let longest = parts.map(\.suites).max { $0.count < $1.count } ?? []
        if longest.count > 1, let first = longest.first, let last = longest.last {
            return await pick([last, first]).map { $0 == first ? .server : .client }
        }
        let pair = Array(parts.flatMap(\.suites).prefix(2))
        guard pair.count == 2 else { return nil }
        async let forward = pick(pair)
        async let backward = pick(pair.reversed())
        guard let one = await forward, let other = await backward else { return nil }
        return one == other ? .server : .client
    }

    /// Whose order of groups counts: as for suites.
    func chooser(ofGroups found: [UInt16], beside suites: [UInt16]) async -> Enumeration.Chooser? {
        guard let first = found.first, let last = found.last, first != last, !suites.isEmpty else { return nil }
        let choice = await answer(enumeration.offer(version, suites, [last, first]))
        return choice?.group.flatMap { $0 == first ? .server : $0 == last ? .client : nil }
    }

    /// Parts that are each in the server's order as one; nil when an answer is missing. Parts that are doubtful are asked
    /// again, one suite after the other.
    func sorted(_ parts: [Part], isDoubtful: Bool) async -> [UInt16]? {
        if isDoubtful { return await ranked(parts.flatMap(\.suites)) }
        let parts = parts.filter { !$0.suites.isEmpty }
        let answers = await withTaskGroup(of: (Int, Bool?).self) { tasks in
            for (index, (above, below)) in zip(parts, parts.dropFirst()).enumerated() {
                guard !above.standsAboveNext, let last = above.suites.last, let first = below.suites.first else {
                    continue
                }
                tasks.addTask { (index, await pick([first, last]).map { $0 == last }) }
            }
            var answers: [Int: Bool?] = [:]
            for await (index, answer) in tasks { answers[index] = answer }
            return answers
        }
        guard let first = parts.first else { return [] }
        // A run of parts that stand above one another needs no merging.
        var runs = [first.suites]
        for (index, part) in parts.dropFirst().enumerated() {
            guard let isAbove = parts[index].standsAboveNext ? true : answers[index] ?? nil else { return nil }
            if isAbove { runs[runs.count - 1] += part.suites } else { runs.append(part.suites) }
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
        await answer(enumeration.offer(version, suites, groups))?.suite
    }

    private func answer(_ offer: HelloOffer) async -> ServerChoice? {
        do throws(Obstacle) {
            return try await questioner.ask(offer).choice
        } catch {
            return nil
        }
    }
}
