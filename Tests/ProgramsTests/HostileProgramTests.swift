import Glibc
import Programs
import Testing

/// Programs that do all but answer. Each is ended, each has its reason, and none harms whoever asked.
@Suite struct HostileProgramTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func failure(_ program: Program) async throws -> ProgramFailure? {
        if case .failed(let failure) = try await program.run(input: Array("{}".utf8)) { failure } else { nil }
    }

    @Test("one that a signal ends")
    func crashes() async throws {
        let failure = try await failure(folder.script("echo '{\"outcome\": \"passed\"}'; kill -SEGV $$"))
        #expect(failure == .signal(SIGSEGV, said: ""))
        #expect(failure?.description == "was ended by signal 11")
    }

    @Test("one that ends with a status, whose last words are told")
    func fails() async throws {
        let failure = try await failure(folder.script("echo first >&2; echo '  KeyError: size' >&2; echo >&2; exit 3"))
        #expect(failure == .status(3, said: "  KeyError: size"))
    }

    @Test("one that sleeps for ever")
    func sleeps() async throws {
        let failure = try await failure(folder.script("exec sleep 1000", limits: .impatient))
        #expect(failure == .timeLimit(.milliseconds(300)))
        #expect(failure?.description == "ran longer than 300 ms")
    }

    @Test("one that ignores every signal it can and starts a child that keeps its output open")
    func holdsOn() async throws {
        let program = folder.script(
            "trap '' TERM INT HUP ALRM; (trap '' TERM HUP; sleep 1000) & echo $! > pid; wait",
            limits: Program.Limits(time: .seconds(2)))
        #expect(try await failure(program) == .timeLimit(.seconds(2)))
        let child = try #require(pid_t(folder.text("pid").split(separator: "\n").first ?? ""))
        #expect(try await isGone(child))
    }

    @Test("one that answers, ends, and leaves a child with its output open: the answer counts, and the child goes")
    func leavesAChild() async throws {
        let end = try await folder.script("sleep 1000 & echo $! > pid; echo answer").run(input: [])
        #expect(end.answer == "answer\n")
        let child = try #require(pid_t(folder.text("pid").split(separator: "\n").first ?? ""))
        #expect(try await isGone(child))
    }

    @Test("one that closes its output and goes on")
    func closes() async throws {
        #expect(
            try await failure(folder.script("exec >&- 2>&-; exec sleep 1000", limits: .impatient))
                == .timeLimit(.milliseconds(300)))
    }

    @Test("one that floods its output")
    func floods() async throws {
        let failure = try await failure(folder.script("exec yes", limits: Program.Limits(time: .seconds(600))))
        #expect(failure == .flood(bytes: 64 << 10, on: .output))
        #expect(failure?.description == "wrote more than 64 KiB on standard output")
    }

    @Test("one that floods its standard error")
    func complains() async throws {
        #expect(try await failure(folder.script("exec yes >&2")) == .flood(bytes: 64 << 10, on: .errors))
    }

    @Test("one that eats memory")
    func eats() async throws {
        // The shell doubles a text until it may not.
        let program = folder.script(
            "a=aaaaaaaaaaaaaaaa; while :; do a=$a$a; done",
            limits: Program.Limits(time: .seconds(60), memory: 128 << 20))
        let failure = try await failure(program)
        switch failure {
        case .status(let status, _)?: #expect(status != 0)
        case .signal?: break
        case nil, .missing?, .notExecutable?, .notStarted?, .timeLimit?, .flood?:
            Issue.record("unexpected: \(String(describing: failure))")
        }
    }

    @Test("one that fills the disk")
    func fills() async throws {
        let failure = try await failure(folder.script("exec yes > big"))
        #expect(failure == .signal(SIGXFSZ, said: ""))
    }

    @Test("one that burns the processor")
    func burns() async throws {
        #expect(
            try await failure(folder.script("while :; do :; done", limits: .impatient))
                == .timeLimit(.milliseconds(300)))
    }

    @Test("one that is not there, in a folder that is there or is not")
    func missing() async throws {
        #expect(try await failure(Program(folder: folder.path, words: ["absent"])) == .missing)
        #expect(try await failure(Program(folder: "\(folder.path)/absent", words: ["absent"])) == .missing)
        #expect(ProgramFailure.missing.description == "is not there")
    }

    @Test("one that may not be executed, is a folder, or has no interpreter")
    func notExecutable() async throws {
        folder.file("plain", "#!/bin/sh\n", mode: 0o644)
        let plain = try await failure(Program(folder: folder.path, words: ["plain"]))
        #expect(plain?.description == "cannot be executed: permission denied (chmod +x makes a file executable)")
        let parent = try await failure(Program(folder: "/", words: ["tmp"]))
        #expect(parent?.description == "cannot be executed: permission denied (chmod +x makes a file executable)")
        folder.file("lost", "#!/nowhere/interpreter\n")
        let lost = try await failure(Program(folder: folder.path, words: ["lost"]))
        #expect(lost?.description == "cannot be executed: its interpreter is not there")
        folder.file("noise", "no program")
        let noise = try await failure(Program(folder: folder.path, words: ["noise"]))
        #expect(
            noise?.description
                == "cannot be executed: exec format error (a script begins with a line such as #!/bin/sh)")
    }
}
