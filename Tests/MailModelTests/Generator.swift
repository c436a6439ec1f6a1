import FoundationEssentials
import Glibc

/// The script that writes the tables of suites and groups.
enum Generator {
    private static let script =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "tools/tls-tables/generate.py").path

    /// Whether this machine has python3; the project's builders have.
    static let isAvailable = run(["/usr/bin/env", "python3", "-c", ""]) == 0

    /// 0 when every table is current.
    static func check() throws -> Int32 { run(["/usr/bin/env", "python3", script, "--check"]) }

    private static func run(_ words: [String]) -> Int32 {
        var child = pid_t()
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        guard posix_spawn(&child, words[0], nil, nil, &arguments, environ) == 0 else { return -1 }
        var status: Int32 = 0
        guard waitpid(child, &status, 0) == child else { return -1 }
        return status == 0 ? 0 : 1
    }
}
