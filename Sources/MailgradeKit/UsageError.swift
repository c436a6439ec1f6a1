internal import MailModel

/// Something that whoever called can put right; one or two sentences that say how.
public struct UsageError: Error, CustomStringConvertible, Sendable {
    /// The sentences, escaped for a terminal.
    public let description: String

    /// A complaint.
    public init(_ description: String) { self.description = description.escapedByLine }
}

extension String {
    /// Each line escaped, the line ends kept.
    package var escapedByLine: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { String($0).escapedForTerminal }
            .joined(separator: "\n")
    }
}
