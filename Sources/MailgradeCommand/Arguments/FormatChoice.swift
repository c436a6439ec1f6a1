internal import ArgumentParser
internal import Grading
internal import Reporting

/// A format and where it goes: `json`, or `json=report.json`.
struct FormatChoice: Sendable, CustomStringConvertible {
    let format: ReportFormat
    /// The file; nil where none was named.
    let file: String?

    /// The one for people, where they look.
    static let standard = FormatChoice(format: ReportFormat.all[0], file: nil)

    /// As help texts write it.
    var description: String { format.id }
}

extension FormatChoice {
    /// A choice as a person types it. A file may have any name, with another `=` in it.
    @Sendable init(argument: String) throws {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let format = ReportFormat.named(parts[0]) else {
            let names = ReportFormat.all.map(\.id)
            let nearest = Suggestion.nearest(to: parts[0], in: names).map { "Did you mean \($0)?" }
            throw ValidationError(nearest ?? "Use one of \(names.joined(separator: ", ")).")
        }
        self.init(format: format, file: parts.count > 1 ? parts[1] : nil)
    }
}
