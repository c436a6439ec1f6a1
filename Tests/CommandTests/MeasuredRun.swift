import Foundation
import Testing

/// Lines of bash with the command in them, run by a process of their own, whose peak of memory is measured.
enum MeasuredRun {
    /// Runs a line of bash. A process of its own asks for the peak of its children: that of ours would count as well, for a
    /// child begins as a copy of its parent.
    static func measure(_ words: [String]) throws -> (status: Int, kilobytes: Int, seconds: Double) {
        let script = """
            import resource, subprocess, sys, time
            start = time.monotonic()
            run = subprocess.run(["bash", "-c"] + sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            print(run.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, time.monotonic() - start)
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script] + words
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let numbers = text.split(separator: " ").compactMap {
            Double($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        try #require(numbers.count == 3, "python3 is needed: \(text)")
        return (Int(numbers[0]), Int(numbers[1]), numbers[2])
    }

    /// The command that was built beside these tests.
    static func binary() throws -> String {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("mailgrade").path
        try #require(FileManager.default.isExecutableFile(atPath: path), "\(path)")
        return path
    }
}
