import FoundationEssentials
import Testing

/// The files of the repository that these tests read.
enum Repository {
    /// Where it is: two folders above this one.
    static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(
        separator: "/")

    static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: "\(root)/\(path)").map { String(decoding: $0, as: UTF8.self) }
    }

    /// The names directly in a folder, sorted.
    static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)").sorted()
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(root)/\(path)") }

    static func isFolder(_ path: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: "\(root)/\(path)", isDirectory: &isFolder) && isFolder
    }

    /// The paths of all files below a folder, sorted.
    static func files(below folder: String) throws -> [String] {
        try names(in: folder).flatMap { name -> [String] in
            let path = "\(folder)/\(name)"
            return isFolder(path) ? try files(below: path) : [path]
        }
    }

    /// The Swift files below a folder with their lines.
    static func sources(below folder: String) throws -> [(path: String, lines: [Substring])] {
        try files(below: folder).filter { $0.hasSuffix(".swift") }.map { path in
            (path, try #require(text(path)).split(separator: "\n"))
        }
    }
}

/// A file that holds what the code says: compared by a test, written anew on request.
struct GeneratedFile {
    let path: String
    let text: String

    /// The first difference between the file and the text, and what to run; nil when there is none. With `variable=1` in the
    /// environment the file is written, and that fails once, so that nobody records by mistake and sees green.
    func difference(recordedBy variable: String, hint: String) throws -> String? {
        if ProcessInfo.processInfo.environment[variable] == "1" {
            if Repository.text(path) == text { return nil }
            try Data(text.utf8).write(to: URL(filePath: "\(Repository.root)/\(path)"))
            return "\(path) was written; look at the difference, then run the tests again."
        }
        guard let kept = Repository.text(path) else { return "\(path) is missing; run: \(hint)" }
        let expected = text.split(separator: "\n", omittingEmptySubsequences: false)
        let actual = kept.split(separator: "\n", omittingEmptySubsequences: false)
        for index in 0..<max(expected.count, actual.count) {
            let line = index < expected.count ? expected[index] : "(end)"
            let keptLine = index < actual.count ? actual[index] : "(end)"
            if line != keptLine {
                return
                    "\(path):\(index + 1) is not current; run: \(hint)\n  in the file: \(keptLine)\n  in the code: \(line)"
            }
        }
        return nil
    }
}
