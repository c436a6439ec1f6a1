import Glibc
import Programs
import Testing

/// What a program is given, and what it is not.
@Suite struct ProgramTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    @Test("a program reads its input, knows its arguments and works in its folder")
    func input() async throws {
        let program = Program(
            folder: folder.path, words: folder.script("cat; printf ' %s' \"$1\" \"$(pwd -P)\"").words + ["a b; $(id)"],
            limits: .patient)
        let end = try await program.run(input: Array("facts".utf8))
        #expect(end.answer == "facts a b; $(id) \(folder.path)")
    }

    @Test("a program has an environment of two lines, whatever ours is")
    func environment() async throws {
        setenv("MAILGRADE_TEST_SECRET", "secret", 1)
        let end = try await folder.link(to: "/usr/bin/env").run(input: [])
        #expect(end.answer == "LANG=C.UTF-8\nPATH=/usr/local/bin:/usr/bin:/bin\n")
    }

    @Test("a program inherits the three standard descriptors and no other")
    func descriptors() async throws {
        // Without O_CLOEXEC, as a library may open it.
        let open = (0..<20).map { _ in Glibc.open("/dev/null", O_RDONLY) }
        defer { for file in open { close(file) } }
        let end = try await folder.link(to: "/bin/ls", "/proc/self/fd").run(input: [])
        // The fourth is the folder that ls itself is reading.
        #expect(end.answer == "0\n1\n2\n3\n")
    }

    @Test("signals that are ignored or blocked here are neither there, and nothing is gained from set-user-ID files")
    func signals() async throws {
        let before = signal(SIGPIPE, SIG_IGN)
        defer { signal(SIGPIPE, before) }
        let end = try await folder.script(
            "grep -E '^(SigBlk|SigIgn)' /proc/self/status; grep NoNewPrivs /proc/self/status"
        ).run(input: [])
        let lines = end.answer?.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace).last ?? "" } ?? []
        #expect(lines.count == 3)
        // Bits from 31 on are those of signals that the C library keeps for itself.
        let masks = lines.dropLast().compactMap { UInt64($0, radix: 16) }.map { $0 & 0x7FFF_FFFF }
        #expect(masks == [0, 0])
        #expect(lines.last == "1")
    }

    @Test("what a program does not read hurts nobody, however much it is", arguments: [0, 1 << 22])
    func unread(_ size: Int) async throws {
        let end = try await folder.link(to: "/bin/echo", "done").run(input: [UInt8](repeating: 0x20, count: size))
        #expect(end.answer == "done\n")
    }

    @Test("large input arrives whole")
    func largeInput() async throws {
        let end = try await folder.link(to: "/usr/bin/wc", "-c").run(input: [UInt8](repeating: 0x20, count: 5_000_000))
        #expect(end.answer == "5000000\n")
    }

    @Test("many programs at a time all answer, and leave no descriptor open")
    func many() async throws {
        let program = folder.script("cat")
        let ends = try await withThrowingTaskGroup(of: ProgramEnd.self) { group in
            for index in 0..<40 { group.addTask { try await program.run(input: Array("\(index)".utf8)) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(ends.compactMap(\.answer)) == Set((0..<40).map { "\($0)" }))
    }

    @Test("a run that is cancelled ends its program and what that has started")
    func cancelled() async throws {
        let program = folder.script("echo $$ > pid; sleep 1000 & echo $! >> pid; wait")
        let task = Task { try await program.run(input: []) }
        while folder.text("pid").split(separator: "\n").count < 2 { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        for pid in folder.text("pid").split(separator: "\n") { #expect(try await isGone(try #require(pid_t(pid)))) }
    }
}
