internal import MailModel
internal import MailgradeKit
internal import Reporting

/// The file of a repository in which readers of findings see them: a list of domains, or the profile.
enum AnchorFile {
    /// The line of `path` that names the domain as its first word, else the first line. Throws `UsageError` where the file cannot be
    /// read, or is named by something else than a path inside of where the command runs: readers refuse others.
    static func anchor(_ path: String, of domain: DomainName) throws -> ReportFormat.Anchor {
        guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
            throw UsageError("\(path) is no path inside of this folder. Run mailgrade in the folder of the repository.")
        }
        let text = String(decoding: try TextFile.contents(of: path, what: "file of --anchor"), as: UTF8.self)
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let index = lines.firstIndex { line in
            let word = line.split { $0.isWhitespace || $0 == "," || $0 == ";" }.first
            return word.flatMap { try? DomainName(input: String($0)) } == domain
        }
        let plain = path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        return ReportFormat.Anchor(path: plain, line: (index ?? 0) + 1)
    }
}
