internal import FoundationEssentials
internal import MailModel
internal import MailgradeKit
internal import Store

// How a run goes on behind the results that are there.

extension BatchRun {
    /// The run that writes what is missing in an output. Throws `UsageError` where that has other results, before anything is written.
    public func behind(_ output: OutputFile) throws -> BatchRun {
        let results = output.results
        guard !results.done.isEmpty else { return self }
        if isAgain { return try again(behind: results) }
        var run = self
        for index in 0..<list.count where results.done[list.number(index)] != nil {
            let entry = list.entry(index)
            guard let domain = results.done[entry.line], domain == entry.name else {
                throw otherList(entry.line, results, "and \(entry.name) here")
            }
            run.done.insert(entry.line)
        }
        if run.done.count < results.done.count, let line = results.done.keys.filter({ !run.done.contains($0) }).min() {
            throw otherList(line, results, "and not here")
        }
        return run
    }

    private func otherList(_ line: Int, _ results: OutputFile.Results, _ here: String) -> UsageError {
        UsageError(
            "The output has results of another list: line \(line) is \(results.done[line] ?? "") there \(here). Name another file."
        )
    }

    /// Which domains were due when the run began that was cut off is not kept: those that have been judged since its first result and
    /// are not in the output belong to it as well. It may have been killed between the two.
    private func again(behind results: OutputFile.Results) throws -> BatchRun {
        let due = Set((0..<list.count).map { list.entry($0).name })
        if let (line, domain) = results.done.filter({ due.contains($0.value) }).min(by: { $0.key < $1.key }) {
            throw UsageError(
                "The output has results of an earlier run: \(domain) in line \(line) is to be looked at again. Name another file."
            )
        }
        let earliest = results.earliest.flatMap { try? Date($0, strategy: .iso8601) } ?? means.now()
        let there = Set(results.done.values)
        let names = try means.store.domainsDue(under: means.policy, at: means.now(), orJudgedSince: earliest)
        let last = results.done.keys.max() ?? 0
        return try BatchRun(again: means, names.filter { !there.contains($0) }, from: last + 1)
    }
}
