internal import MailModel
internal import MailgradeKit
internal import Reporting

/// The file of a repository in which readers of findings see them: a list of domains, or the profile.
struct AnchorFile {
    private let path: String
    private let text: String

    /// Reads the file. Throws `UsageError` where that fails, or where it is no path inside of where the command runs: readers refuse
    /// others.
    init(_ path: String) throws {
        guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
            throw UsageError("\(path) is no path inside of this folder. Run mailgrade in the folder of the repository.")
        }
        self.path = path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        text = String(decoding: try TextFile.contents(of: path, what: "file of --anchor"), as: UTF8.self)
    }

    /// Where it names the domain.
    func anchor(of domain: DomainName) -> ReportFormat.Anchor {
        ReportFormat.Anchor(path: path, line: Self.line(of: domain, in: text))
    }

    /// The line of which the domain is the first word, counted from 1; the first line where there is none.
    static func line(of domain: DomainName, in text: String) -> Int {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let index = lines.firstIndex { line in
            let word = line.split { $0.isWhitespace || $0 == "," || $0 == ";" }.first
            return word.flatMap { try? DomainName(input: String($0)) } == domain
        }
        return (index ?? 0) + 1
    }
}
