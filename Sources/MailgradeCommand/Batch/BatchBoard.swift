internal import Batch
internal import Grading
internal import MailModel
internal import Reporting

/// Shows how a batch is getting on: a few lines drawn again in place on a terminal, one line now and then elsewhere; and at the end what
/// came of every line of the list.
struct BatchBoard {
    private let run: BatchRun
    private let output: TextOutput?
    private let began = ContinuousClock.now

    /// A board of a run; nil for the output shows nothing.
    init(_ run: BatchRun, on output: TextOutput?) {
        self.run = run
        self.output = output
    }

    /// Shows the run while `body` is at work.
    func showing(_ body: () async throws -> Void) async throws {
        guard let output else { return try await body() }
        let canvas = Locked(Canvas())
        let ticker = Task { [run, began] in
            var last = ContinuousClock.now
            while !Task.isCancelled {
                if output.isTerminal {
                    let lines = Self.lines(run.current, began.duration(to: .now)).map { $0.truncated(to: output.width) }
                    output.write(canvas.withLock { $0.draw(lines, width: output.width) })
                } else if last.duration(to: .now) > .seconds(30) {
                    last = .now
                    output.write(Self.lines(run.current, began.duration(to: .now)).joined(separator: "; ") + "\n")
                }
                try? await Task.sleep(for: .milliseconds(output.isTerminal ? 200 : 1000))
            }
        }
        defer {
            ticker.cancel()
            if output.isTerminal { output.write(canvas.withLock { $0.draw([], width: output.width) }) }
        }
        try await body()
    }

    /// Says what came of the list: every line has exactly one result, or is said to have none.
    func finish() {
        guard let output else { return }
        let status = run.current
        let missing = status.total - status.done
        let states = BatchState.allCases.compactMap { state in
            status.states[state].map { "\($0) \(state.rawValue)" }
        }
        let counts = states.isEmpty ? "" : ": \(states.joined(separator: ", "))"
        var lines = ["\(status.done) of \(status.total) lines have their result\(counts)"]
        if status.before > 0 { lines.append("\(status.before) were there before") }
        if status.fromStore > 0 { lines.append("\(status.fromStore) domains were known from the store") }
        if missing > 0 { lines.append("\(missing) were not reached: run the same command again to go on") }
        output.write(lines.joined(separator: "; ") + ".\n")
        let seconds = max(began.duration(to: .now).inSeconds, 0.001)
        output.write(
            "\(status.addresses) addresses asked on \(status.connections) connections in \(seconds) s"
                + "\(status.inferred > 0 ? ", \(status.inferred) servers inferred" : "").\n")
        if !status.throttled.isEmpty {
            output.write("\(status.throttled.count) addresses turned us away: run again later with --again.\n")
        }
    }

    /// The lines of the board.
    static func lines(_ status: BatchStatus, _ spent: Duration) -> [String] {
        let seconds = max(spent.inSeconds, 0.1)
        let rate = Double(status.done - status.before) / seconds
        let left = status.total - status.done
        let time = rate > 0 ? ", \(Duration.seconds(Int(Double(left) / rate)).inWords) left" : ""
        let grades = (Grade.allCases.reversed().map(\.rawValue)).compactMap { letter in
            status.grades[letter].map { "\($0) \(letter)" }
        }
        var lines = [
            "\(status.done) of \(status.total) domains, \(Int(rate * 10) / 10)/s\(time)",
            "\(status.lookups) looked up, \(status.waiting) on their way, \(status.conversations) servers in conversation",
        ]
        if !grades.isEmpty { lines.append(grades.joined(separator: ", ")) }
        if let (address, sign) = status.throttled.min(by: { "\($0.key)" < "\($1.key)" }) {
            let others = status.throttled.count - 1
            lines.append(
                "\(address)\(others > 0 ? " and \(others) others" : "") turned us away: \(sign.escapedForTerminal)")
        }
        return lines
    }
}

extension Duration {
    /// Hours, minutes and seconds, as far as they matter.
    fileprivate var inWords: String {
        let seconds = Int(inSeconds)
        if seconds >= 3600 { return "\(seconds / 3600) h \(seconds % 3600 / 60) min" }
        return seconds >= 60 ? "\(seconds / 60) min" : "\(seconds) s"
    }
}
