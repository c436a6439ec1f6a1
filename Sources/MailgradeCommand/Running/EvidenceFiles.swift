internal import FoundationEssentials
internal import MailgradeKit

/// The files of saved evidence that somebody names, one by one or by their folders.
enum EvidenceFiles {
    /// The files, those of a folder in the order of their names. Throws `UsageError` for a folder without any.
    static func all(_ paths: [String]) throws -> [String] {
        try paths.flatMap { path -> [String] in
            var isFolder = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder else { return [path] }
            let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            let files = names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted()
            guard !files.isEmpty else { throw UsageError("The folder \(path) holds no file NAME.json to judge.") }
            return files.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
        }
    }
}
