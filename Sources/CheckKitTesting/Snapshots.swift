internal import FoundationEssentials

/// Texts that are kept beside the tests and compared whole: report forms, help, generated pages.
///
///     #expect(Snapshots(beside: #filePath).difference(text, from: "help.txt") == nil)
///
/// With `RECORD_SNAPSHOTS=1` in the environment a file that differs is written anew, and the comparison still fails once: nobody
/// records by mistake and sees green.
public struct Snapshots: Sendable {
    private let folder: String

    /// The folder `Snapshots` beside a test file.
    public init(beside testFile: String) {
        folder =
            testFile.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            + "/Snapshots"
    }

    /// The first line that differs from the kept text, and what to do about it; nil when there is none.
    public func difference(_ text: String, from name: String) -> String? {
        let path = "\(folder)/\(name)"
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
            guard FileManager.default.contents(atPath: path) != Data(text.utf8) else { return nil }
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try Data(text.utf8).write(to: URL(filePath: path))
                return "\(name) was recorded: look at it, then run the tests again without RECORD_SNAPSHOTS"
            } catch {
                return "\(name) cannot be recorded: \(error)"
            }
        }
        guard let kept = FileManager.default.contents(atPath: path) else {
            return "there is no \(path): run the tests once with RECORD_SNAPSHOTS=1"
        }
        return Self.difference(text, from: String(decoding: kept, as: UTF8.self), named: name)
    }

    /// The first line that differs. Lines may end with CRLF, too, which is one character.
    static func difference(_ text: String, from kept: String, named name: String) -> String? {
        let newline = UInt8(ascii: "\n")
        let keptLines = kept.utf8.split(separator: newline, omittingEmptySubsequences: false).map(Substring.init)
        let lines = text.utf8.split(separator: newline, omittingEmptySubsequences: false).map(Substring.init)
        for index in 0..<max(keptLines.count, lines.count) {
            let expected = index < keptLines.count ? String(keptLines[index]) : "the end of the text"
            let actual = index < lines.count ? String(lines[index]) : "the end of the text"
            guard expected != actual else { continue }
            return """
                \(name), line \(index + 1)
                expected: \(expected)
                     got: \(actual)
                If the change is meant, run the tests with RECORD_SNAPSHOTS=1 and look at the difference.
                """
        }
        return nil
    }
}
