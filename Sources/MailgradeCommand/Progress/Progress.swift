internal import CheckKit
internal import MailModel
internal import MailgradeKit
internal import Reporting

/// Shows how a run is getting on: rows drawn again in place on a terminal, else a line for each step; or nothing at all.
final class Progress: Sendable {
    private struct State {
        var board: ProgressBoard
        var canvas = Canvas()
        var isOver = false
    }

    private let state: Locked<State>
    private let output: TextOutput?
    private let started = ContinuousClock.now

    /// Progress of a domain's run; nil for the output shows nothing.
    init(_ domain: DomainName, on output: TextOutput?) {
        state = Locked(State(board: ProgressBoard(domain)))
        self.output = output
    }

    /// Waits for a run and keeps the view up to date meanwhile. At the end every row is there, whatever the terminal's height.
    /// `listener` hears every event too.
    func showing(
        _ run: GradingRun, telling listener: (@Sendable (GradingEvent) -> Void)? = nil
    ) async throws -> Evidence {
        guard let output, output.isTerminal else { return try await following(run, listener) }
        let ticker = Task {
            while !Task.isCancelled {
                draw(on: output)
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
        defer {
            ticker.cancel()
            state.withLock { state in
                state.isOver = true
                let lines = state.board.lines(width: output.width - 1, at: now)
                output.write(state.canvas.draw(lines, width: output.width) + "\n")
            }
        }
        return try await following(run, listener)
    }

    private func following(
        _ run: GradingRun, _ listener: (@Sendable (GradingEvent) -> Void)?
    ) async throws -> Evidence {
        for await event in run.events {
            receive(event)
            listener?(event)
        }
        return try await run.evidence()
    }

    /// Takes in what happens.
    func receive(_ event: GradingEvent) {
        guard let output else { return }
        if case .note(let sentence) = event { return note(sentence) }
        state.withLock { state in
            let news = state.board.receive(event, at: now)
            guard !output.isTerminal else { return }
            for item in news { output.write("\(item.label): \(item.phrase)\n") }
        }
    }

    /// Says something beside the rows: on a terminal above them, where it stays.
    private func note(_ sentence: String) {
        guard let output else { return }
        state.withLock { state in
            let erased = output.isTerminal ? state.canvas.draw([], width: output.width) : ""
            output.write("\(erased)\(sentence.escapedForTerminal)\n")
        }
    }

    private var now: Double { started.duration(to: .now).inSeconds }

    private func draw(on output: TextOutput) {
        state.withLock { state in
            guard !state.isOver else { return }
            let lines = state.board.lines(width: output.width - 1, height: output.height - 1, at: now)
            output.write(state.canvas.draw(lines, width: output.width))
        }
    }
}

/// Lines that are drawn over those drawn before. Control sequences: ECMA-48, sections 8.3.22 (CUU) and 8.3.39 (ED).
struct Canvas {
    private var drawn: [Int] = []

    /// What to write so that these lines stand where the last ones stood.
    mutating func draw(_ lines: [String], width: Int) -> String {
        // A terminal that was made narrower has wrapped what stood there: each line now takes more than one row.
        let rows = drawn.reduce(0) { $0 + max(1, ($1 + width - 1) / max(1, width)) }
        drawn = lines.map { $0.columns }
        return (rows > 0 ? "\r\u{1B}[\(rows)A" : "") + "\u{1B}[J" + lines.map { $0 + "\n" }.joined()
    }
}
