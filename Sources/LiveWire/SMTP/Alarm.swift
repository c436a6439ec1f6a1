internal import MailModel
internal import NIOCore

/// A deadline for one stage of a conversation: when it passes, the socket closes at once.
///
/// It covers the whole stage, however many reads and writes that takes, so a server that drips one byte a second gains no
/// time. Closing the socket is also what wakes the waiting reader.
final class Alarm: Sendable {
    private let fired: Locked<Bool>
    private let timer: Scheduled<Void>

    init(_ channel: any Channel, after wait: Duration) {
        let fired = Locked(false)
        self.fired = fired
        timer = channel.eventLoop.scheduleTask(in: TimeAmount(wait)) {
            fired.withLock { $0 = true }
            channel.close(promise: nil)
        }
    }

    deinit { timer.cancel() }

    /// Stops the clock; says whether it had already rung.
    @discardableResult
    func disarm() -> Bool {
        timer.cancel()
        return hasFired
    }

    /// Whether the time ran out.
    var hasFired: Bool { fired.withLock { $0 } }
}

/// The deadlines of a conversation's stages, one after the other. Arming it costs no more than a note while a timer runs that rings no
/// later: it is set on, then, when it rings.
final class StageAlarm: Sendable {
    private struct State {
        var due: NIODeadline?
        var hasFired = false
        var timer: (at: NIODeadline, task: Scheduled<Void>)?
    }

    private let channel: any Channel
    private let state = Locked(State())

    init(_ channel: any Channel) { self.channel = channel }

    deinit { state.withLock { $0.timer?.task.cancel() } }

    /// Starts the clock of the next stage.
    func arm(for wait: Duration) {
        let due = NIODeadline.now() + TimeAmount(wait)
        state.withLock { state in
            (state.due, state.hasFired) = (due, false)
            if let timer = state.timer {
                if timer.at <= due { return }
                timer.task.cancel()
            }
            setTimer(&state, due)
        }
    }

    /// Stops the clock; says whether it had already rung.
    @discardableResult
    func disarm() -> Bool {
        state.withLock { state in
            state.due = nil
            return state.hasFired
        }
    }

    private func setTimer(_ state: inout State, _ due: NIODeadline) {
        let task = channel.eventLoop.scheduleTask(deadline: due) { [weak self] () -> Void in self?.ring(due) }
        state.timer = (due, task)
    }

    private func ring(_ set: NIODeadline) {
        let isOver = state.withLock { state in
            guard state.timer?.at == set else { return false }
            state.timer = nil
            guard let due = state.due else { return false }
            guard due <= .now() else {
                setTimer(&state, due)
                return false
            }
            (state.due, state.hasFired) = (nil, true)
            return true
        }
        if isOver { channel.close(promise: nil) }
    }
}

/// Closes a channel that may not exist yet: for cancelling a connection attempt as well as a connection.
final class Closer: Sendable {
    private enum State {
        case nothing
        case open(any Channel)
        case closed
    }

    private let state = Locked(State.nothing)

    /// Says which channel to close; closes it now if that was asked for already.
    func watch(_ channel: any Channel) {
        let isLate = state.withLock { state in
            if case .closed = state { return true }
            state = .open(channel)
            return false
        }
        if isLate { channel.close(promise: nil) }
    }

    /// Closes the channel, now or as soon as it is there. Safe from any thread, any number of times.
    func close() {
        let channel: (any Channel)? = state.withLock { state in
            defer { state = .closed }
            if case .open(let channel) = state { return channel }
            return nil
        }
        channel?.close(promise: nil)
    }
}
