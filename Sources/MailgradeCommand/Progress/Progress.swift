internal import CheckEngine
internal import CheckKit
internal import MailModel
internal import MailgradeKit
internal import Reporting

/// Shows how a run is getting on: lines drawn again in place on a terminal, and gone at the end, when the report says all of it;
/// elsewhere a line for each step; or nothing at all.
final class Progress: Sendable {
    private struct State {
        var board: ProgressBoard
        var canvas = Canvas()
        var isOver = false
    }

    private let state: Locked<State>
    private let output: TextOutput?
    private let started = ContinuousClock.now

    /// Progress of a domain's run; nil for the output shows nothing. `steps` is what is planned, `deadline` in seconds.
    init(_ domain: DomainName, _ steps: [PlanOutline.Step], deadline: Double, on output: TextOutput?) {
        state = Locked(State(board: ProgressBoard(domain, steps, deadline: deadline)))
        self.output = output
    }

    /// Waits for a run and keeps the view up to date meanwhile. `listener` hears every event too.
    func showing(
        _ run: GradingRun, telling listener: (@Sendable (GradingEvent) -> Void)? = nil
    ) async throws -> Evidence {
        guard let output, output.isTerminal else { return try await following(run, listener) }
        let ticker = Task {
            while !Task.isCancelled {
                draw(on: output, at: now)
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
        defer {
            ticker.cancel()
            erase(on: output)
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

    /// Says something beside the view: on a terminal above it, where it stays.
    private func note(_ sentence: String) {
        guard let output else { return }
        state.withLock { state in
            let erased = output.isTerminal ? state.canvas.draw([], width: output.width) : ""
            output.write("\(erased)\(sentence.escapedForTerminal)\n")
        }
    }

    private var now: Double { started.duration(to: .now).inSeconds }

    /// Draws the view as it is at an instant, over what stands there. One line and one column stay free: the cursor is there, and a
    /// terminal wraps or scrolls where they are taken.
    func draw(on output: TextOutput, at now: Double) {
        state.withLock { state in
            guard !state.isOver else { return }
            let (width, height) = (output.width > 0 ? output.width : 80, output.height > 0 ? output.height : 24)
            let lines = state.board.lines(width: max(1, width - 1), height: max(1, height - 1), at: now)
            output.write(state.canvas.draw(lines, width: width))
        }
    }

    /// Takes the view away, for good.
    func erase(on output: TextOutput) {
        state.withLock { state in
            state.isOver = true
            output.write(state.canvas.draw([], width: output.width > 0 ? output.width : 80))
        }
    }
}
