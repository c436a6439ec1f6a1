internal import CProgram
internal import Glibc

extension Program {
    /// Runs the program with these bytes on its standard input, and waits for its end.
    ///
    /// It runs without a shell, in its folder, in a session of its own, with the three standard descriptors and `Program.environment` and
    /// nothing else. Whatever it started and left in its session’s process group is ended with it. Throws `CancellationError` when the
    /// task is cancelled, and only then.
    public func run(input: [UInt8]) async throws -> ProgramEnd {
        try await Self.turns.take()
        defer { Self.turns.leave() }
        let process: RunningProgram
        switch start(input) {
        case .success(let started): process = started
        case .failure(let failure): return .failed(failure.why)
        }
        return try await process.end(within: limits)
    }

    /// A run has a place for every server; programs of a profile must not take the machine.
    private static let turns = Turns(4)

    private struct NotStarted: Error { let why: ProgramFailure }

    private func start(_ input: [UInt8]) -> Result<RunningProgram, NotStarted> {
        var process = program_process()
        let failure: program_failure = input.withUnsafeBytes { bytes in
            withWords([folder, file] + words) { strings in
                withWords(Self.environment) { environment in
                    guard let folder = strings[0], let file = strings[1] else {
                        preconditionFailure("words are strings")
                    }
                    var request = program_request(
                        folder: folder, file: file, words: strings + 2, environment: environment,
                        input: bytes.baseAddress, input_size: bytes.count, memory: limits.memory,
                        file_size: UInt64(limits.output), seconds: UInt32(clamping: limits.time.components.seconds + 5))
                    return program_start(&request, &process)
                }
            }
        }
        let reason = strerror(failure.number).map { String(cString: $0) } ?? "error \(failure.number)"
        switch failure.stage {
        case program_stage_none:
            return .success(RunningProgram(pid: process.pid, output: process.output, errors: process.errors))
        case program_stage_folder: return .failure(NotStarted(why: .missing))
        case program_stage_execute:
            let isThere = access(path, F_OK) == 0
            return .failure(
                NotStarted(
                    why: isThere || failure.number != ENOENT
                        ? .notExecutable(failure.number == ENOENT ? "its interpreter is not there" : reason) : .missing)
            )
        default: return .failure(NotStarted(why: .notStarted(reason)))
        }
    }
}

/// Words as the system takes them, for the time of a call.
private func withWords<Result>(
    _ words: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("the list ends with null") }
        return body(UnsafePointer(base))
    }
}

/// A process that was started and not waited for yet. Used by one task.
private struct RunningProgram {
    let pid: pid_t
    let output: Int32
    let errors: Int32

    /// Watches the process until it ends, or is ended. Nobody waits on a thread for that: a look every few milliseconds is cheap beside
    /// what starting an interpreter costs.
    func end(within limits: Program.Limits) async throws -> ProgramEnd {
        defer {
            close(output)
            close(errors)
        }
        var told = Reading(descriptor: output)
        var complained = Reading(descriptor: errors)
        let clock = ContinuousClock()
        let deadline = clock.now + limits.time
        var pause = Duration.milliseconds(1)
        while true {
            // Asked first, so that what it wrote before its end is read after it.
            let isOver = hasEnded
            told.read(upTo: limits.output)
            complained.read(upTo: limits.output)
            if told.isFlood || complained.isFlood {
                stop()
                return .failed(.flood(bytes: limits.output, on: told.isFlood ? .output : .errors))
            }
            if isOver {
                let end = end(told.bytes, complained.lastLine)
                // On a busy machine the backstop may be faster than we are.
                return end.isByBackstop && clock.now >= deadline ? .failed(.timeLimit(limits.time)) : end
            }
            guard clock.now < deadline else {
                stop()
                return .failed(.timeLimit(limits.time))
            }
            do {
                try await Task.sleep(for: min(pause, deadline - clock.now))
            } catch {
                stop()
                throw error
            }
            pause = min(pause * 2, .milliseconds(10))
        }
    }

    /// Whether the process has ended. It is not waited for: until then nobody else gets its number.
    private var hasEnded: Bool {
        var information = siginfo_t()
        return waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT) != 0
            || information._sifields._kill.si_pid == pid
    }

    /// What the end of the process means.
    private func end(_ output: [UInt8], _ said: String) -> ProgramEnd {
        guard let status = stop() else { return .failed(.notStarted("Nobody knows how it ended")) }
        let signal = status & 0x7F
        guard signal == 0 else { return .failed(.signal(signal, said: said)) }
        let code = status >> 8 & 0xFF
        return code == 0 ? .answered(output) : .failed(.status(code, said: said))
    }

    /// Ends the process and what it has started, without a warning: it has no state that is ours. Returns the status of the process.
    @discardableResult
    private func stop() -> Int32? {
        kill(-pid, SIGKILL)
        var status: Int32 = 0
        var waited = waitpid(pid, &status, 0)
        while waited < 0, errno == EINTR { waited = waitpid(pid, &status, 0) }
        return waited == pid ? status : nil
    }
}

extension ProgramEnd {
    /// Whether the alarm or the limit of the processor ended it.
    fileprivate var isByBackstop: Bool {
        if case .failed(.signal(let signal, _)) = self { signal == SIGALRM || signal == SIGXCPU } else { false }
    }
}

/// What a process has written on one descriptor so far.
private struct Reading {
    let descriptor: Int32
    private(set) var bytes: [UInt8] = []
    private(set) var isFlood = false

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Reads what is there. One byte more than the limit is a flood.
    mutating func read(upTo limit: Int) {
        while bytes.count <= limit {
            let room = min(16_384, limit + 1 - bytes.count)
            var result = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                repeat {
                    result = Glibc.read(descriptor, buffer.baseAddress, room)
                } while result < 0 && errno == EINTR
                count = max(0, result)
            }
            guard result > 0 else { return }
            bytes += chunk
        }
        isFlood = true
    }

    /// The last line with anything in it, cut to what fits a sentence.
    var lastLine: String {
        let lines = bytes.split { $0 == 0x0A || $0 == 0x0D }
        let line = lines.last { line in line.contains { $0 > 0x20 } }
        return line.map { String(String(decoding: $0.prefix(800), as: UTF8.self).prefix(200)) } ?? ""
    }
}
