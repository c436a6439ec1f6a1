internal import MailModel
internal import MailgradeKit
internal import Reporting
internal import Store

/// A run that goes on, or waits for its turn: what has happened so far, for however many watch it. Nobody who watches slows it down, and
/// whoever comes late or comes back sees everything.
final class LiveRun: Sendable {
    /// Something that happened.
    struct Event: Sendable, Hashable {
        /// Counted from 1.
        let number: Int
        /// What kind of thing.
        let name: String
        /// A line of JSON without its end.
        let data: String
    }

    /// How it stands.
    struct Standing: Sendable {
        /// What is shown of it.
        var board: ProgressBoard
        /// How many others have their turn before; nil once it has begun.
        var place: Int?
        /// Since it has begun.
        var elapsed = Duration.zero
    }

    private struct State {
        var standing: Standing
        var events: [Event] = []
        var began: ContinuousClock.Instant?
        var isOver = false
        var bells: [Int: AsyncStream<Void>.Continuation] = [:]
        var lastBell = 0
    }

    /// No run has so many; what comes after is told by how it stands.
    private static let mostEvents = 20_000

    /// The run as it was asked for.
    let run: StoredRun
    private let state: Locked<State>

    init(_ run: StoredRun, board: ProgressBoard, place: Int) {
        self.run = run
        state = Locked(State(standing: Standing(board: board, place: place)))
    }

    /// How it stands now.
    var standing: Standing {
        state.withLock { state in
            var standing = state.standing
            standing.elapsed = state.began?.duration(to: .now) ?? .zero
            return standing
        }
    }

    /// What happened after an event, and whether nothing more will happen.
    func events(after number: Int) -> (events: ArraySlice<Event>, isOver: Bool) {
        state.withLock { state in
            (state.events[min(max(0, number), state.events.count)...], state.isOver)
        }
    }

    /// Rings whenever something has happened, until the listener stops listening.
    func listen() -> AsyncStream<Void> {
        let (bell, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.lastBell += 1
            state.bells[state.lastBell] = continuation
            return state.lastBell
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.bells[number] = nil }
        }
        continuation.yield()
        return bell
    }

    /// How many listen.
    var listeners: Int { state.withLock { $0.bells.count } }

    /// Wakes all who listen, so that they see who has gone.
    func ring() { for bell in state.withLock({ Array($0.bells.values) }) { bell.yield() } }
}

extension LiveRun {
    /// It has so many before it.
    func wait(at place: Int) {
        add("waiting", "{\"place\":\(place)}") { $0.standing.place = place }
    }

    /// It begins.
    func begin() {
        add("begun", "{}") { state in
            state.standing.place = nil
            state.began = .now
        }
    }

    /// Something has happened.
    func tell(_ event: GradingEvent) {
        guard let line = try? event.line() else { return }
        add("run", String(line.dropLast())) { state in
            let now = state.began.map { $0.duration(to: .now).inSeconds } ?? 0
            _ = state.standing.board.receive(event, at: now)
        }
    }

    /// It has ended, and what came of it is on disk.
    func end(_ data: String) { add("ended", data) { $0.isOver = true } }

    /// It gets no turn in this process: nobody need wait.
    func abandon() {
        state.withLock { $0.isOver = true }
        ring()
    }

    private func add(_ name: String, _ data: String, _ change: (inout State) -> Void) {
        state.withLock { state in
            change(&state)
            guard state.events.count < Self.mostEvents || state.isOver else { return }
            state.events.append(Event(number: state.events.count + 1, name: name, data: data))
        }
        ring()
    }
}
