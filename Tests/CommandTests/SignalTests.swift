import Foundation
import Testing

/// Signals that come before anything waits for them.
@Suite(.timeLimit(.minutes(10))) struct SignalTests {
    @Test(arguments: [SIGINT, SIGTERM, SIGQUIT, SIGHUP])
    func `A command that has nothing to save ends at once, without a word`(_ number: Int32) throws {
        let process = Process()
        process.executableURL = URL(filePath: try MeasuredRun.binary())
        process.arguments = ["judge", "-"]
        let (input, errors) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (input, Pipe(), errors)
        try process.run()
        // Nobody else would have asked to hear of SIGHUP: the program has begun, and reads.
        while try !hears(SIGHUP, process.processIdentifier) { usleep(1000) }
        kill(process.processIdentifier, number)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 130)
        #expect(try errors.fileHandleForReading.readToEnd() ?? Data() == Data())
    }

    /// Whether a process has a handler for a signal. proc_pid_status(5), SigCgt.
    private func hears(_ number: Int32, _ process: Int32) throws -> Bool {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") })
        let mask = try #require(UInt64(line.dropFirst(7).drop { $0 == "\t" }, radix: 16))
        return mask >> UInt64(number - 1) & 1 == 1
    }
}
