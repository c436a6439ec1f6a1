internal import MailModel

/// One thing that is wrong, or suspicious, in a file: where, and one sentence without a full stop.
public struct Diagnostic: Sendable {
    /// How bad it is: a file with an error is not used.
    public enum Kind: String, Sendable {
        case error
        case warning
        case note
    }

    /// How bad it is.
    public let kind: Kind
    /// Where it is; nil where there is no file yet.
    public let position: SourcePosition?
    /// What is wrong, and what to write instead if that is known.
    public let message: String
    /// Further places that explain it, in reading order.
    public let notes: [Note]

    /// An error that is found after a profile was read, at a place of it.
    package init(error message: String, at position: SourcePosition) {
        self.init(kind: .error, position: position, message: message, notes: [])
    }

    init(kind: Kind, position: SourcePosition?, message: String, notes: [Note]) {
        self.kind = kind
        self.position = position
        self.message = message
        self.notes = notes
    }

    /// Another place that belongs to a diagnostic, for example where a key was first defined.
    public struct Note: Sendable {
        let position: SourcePosition
        let message: String
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `file:line:column: error: message`, the line, a caret; safe to print on a terminal.
    public var description: String {
        let head = Self.text(position, kind, message)
        return notes.reduce(head) { $0 + "\n" + Self.text($1.position, .note, $1.message) }
    }

    private static func text(_ position: SourcePosition?, _ kind: Kind, _ message: String) -> String {
        let message = "\(kind.rawValue): \(message.escapedForTerminal)"
        return position.map { "\($0): \(message)\n\($0.quotation())" } ?? message
    }
}

/// Everything that is wrong in the files of a profile, in reading order; thrown instead of a profile.
public struct InvalidProfile: Error, CustomStringConvertible {
    /// The errors and warnings; at least one is an error.
    public let diagnostics: [Diagnostic]
    /// How many more there were than are kept.
    public let suppressed: Int

    /// All of them as text, one after the other.
    public var description: String {
        let more = suppressed > 0 ? ["and \(suppressed) more"] : []
        return (diagnostics.map(\.description) + more).joined(separator: "\n")
    }
}

/// The diagnostics of one load, collected as they are met; a bounded number is kept.
final class Diagnostics {
    static let limit = 100

    private(set) var all: [Diagnostic] = []
    private(set) var suppressed = 0
    private(set) var hasErrors = false

    /// Notes an error; the message is only made when it is kept.
    func error(at position: SourcePosition?, _ message: @autoclosure () -> String, notes: [Diagnostic.Note] = []) {
        hasErrors = true
        add(.error, position, message, notes)
    }

    /// Notes something that does not stop the profile from being used.
    func warning(at position: SourcePosition, _ message: @autoclosure () -> String) {
        add(.warning, position, message, [])
    }

    /// The error to throw.
    var invalidProfile: InvalidProfile { InvalidProfile(diagnostics: inOrder, suppressed: suppressed) }

    /// What was noted, in reading order: file by file as they were first met, then by line.
    var inOrder: [Diagnostic] {
        var files: [ObjectIdentifier: Int] = [:]
        let keys = all.enumerated().map { index, diagnostic -> (file: Int, line: Int, column: Int, index: Int) in
            guard let position = diagnostic.position else { return (-1, 0, 0, index) }
            let count = files.count
            let file = files[ObjectIdentifier(position.file), default: count]
            files[ObjectIdentifier(position.file)] = file
            return (file, position.line, position.column, index)
        }
        return keys.sorted { $0 < $1 }.map { all[$0.index] }
    }

    private func add(
        _ kind: Diagnostic.Kind, _ position: SourcePosition?, _ message: () -> String, _ notes: [Diagnostic.Note]
    ) {
        guard all.count < Self.limit else { return suppressed += 1 }
        let message = message()
        // A part of a profile that classes of domains share is read again for each of them.
        guard !all.contains(where: { $0.message == message && $0.position == position }) else { return }
        all.append(Diagnostic(kind: kind, position: position, message: message, notes: notes))
    }
}
