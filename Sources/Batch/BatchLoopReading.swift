internal import CheckEngine
internal import CheckKit
internal import FoundationEssentials
internal import MailModel
internal import MailgradeKit
internal import Reporting
internal import Store

// How a batch takes domains from its list, and writes what needs no asking.

/// What is wrong with a line of the list.
private struct ListFault: Error, CustomStringConvertible {
    let description: String
}

extension BatchLoop {
    /// How many domains may be on their way at a time.
    private var room: Int { means.manners.conversations + 1_000 }

    /// Takes the next domains from the list, as long as there is room.
    mutating func fill(_ group: inout ThrowingTaskGroup<Event, any Error>) async throws {
        while resolving < means.manners.lookups, pending.count < room, !Task.isCancelled {
            if backlog.isEmpty {
                guard next < list.count else { return }
                try await takeChunk()
                continue
            }
            let (domain, lines) = backlog.removeLast()
            look(up: domain, for: lines, &group)
        }
    }

    /// Reads some lines, and writes the results of those that need no asking.
    private mutating func takeChunk() async throws {
        var lines: [(domain: DomainName, lines: [InputEntry])] = []
        // The same domain may be written in several ways, which stand apart in the order of the list.
        var places: [DomainName: Int] = [:]
        var results = ""
        let begin = next
        // Lines that name the same domain stay together.
        while next < list.count, next - begin < Self.chunk || list.isAlike(next, next - 1) {
            defer { next += 1 }
            if done.contains(list.number(next)) {
                status.withLock { status in
                    status.before += 1
                    status.done += 1
                }
                continue
            }
            let entry = list.entry(next)
            do {
                if let fault = entry.fault { throw ListFault(description: fault) }
                let domain = try DomainName(input: entry.name)
                if let place = places[domain] {
                    lines[place].lines.append(entry)
                } else {
                    places[domain] = lines.count
                    lines.append((domain, [entry]))
                }
            } catch {
                results += BatchResult.line(
                    entry, try BatchResult(.invalid, why: "\(error)").json(), judged: stamp(means.now()))
                status.withLock { $0.count(.invalid, nil) }
            }
        }
        if lines.contains(where: { judged.contains($0.domain.hashValue) }) { try await means.store.flush() }
        let known = try means.store.verdicts(of: lines.map(\.domain), under: policy)
        let now = means.now()
        for (domain, lines) in lines {
            if pending[domain] != nil {
                pending[domain]?.lines += lines
            } else if held[domain] != nil {
                held[domain]?.lines += lines
            } else if let verdict = known[domain], verdict.engine == Engine.version, verdict.due > now,
                // One from the future was given by a clock that was ahead.
                verdict.judged <= now || judged.contains(domain.hashValue),
                verdict.judged.addingTimeInterval(means.ages.settled.inSeconds) > began
            {
                for line in lines {
                    results += BatchResult.line(line, verdict.result, judged: stamp(verdict.judged))
                    status.withLock { $0.count(BatchState(rawValue: verdict.state) ?? .graded, verdict.grade) }
                }
                status.withLock { $0.fromStore += 1 }
            } else {
                backlog.append((domain, lines))
            }
        }
        if !results.isEmpty { try await writer.add(results) }
    }

    /// An instant as lines have it. Many have the same, and it costs as much as the rest of a line.
    mutating func stamp(_ instant: Date) -> String {
        if lastStamp.instant != instant { lastStamp = (instant, instant.timestamp) }
        return lastStamp.text
    }
}
