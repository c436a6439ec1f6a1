/// A program that somebody else wrote, as a profile names it: a file beside the profile, its arguments, and what it may take.
public struct Program: Sendable, Hashable {
    /// The folder that it is looked for in, and that it works in.
    public var folder: String
    /// The file, relative to the folder; then its arguments.
    public var words: [String]
    /// What it may take.
    public var limits: Limits

    /// What a program may take before it is stopped.
    public struct Limits: Sendable, Hashable {
        /// How long it may run.
        public var time: Duration
        /// Bytes of address space.
        public var memory: UInt64
        /// Bytes on standard output, and as many on standard error; also of each file that it writes.
        public var output: Int

        /// Limits; those that are left out do for a small script.
        public init(time: Duration = .seconds(10), memory: UInt64 = 512 << 20, output: Int = 64 << 10) {
            self.time = time
            self.memory = memory
            self.output = output
        }
    }

    /// A program by its parts. `words` begins with the file.
    public init(folder: String, words: [String], limits: Limits = Limits()) {
        self.folder = folder
        self.words = words
        self.limits = limits
    }

    /// The file, relative to the folder.
    public var file: String { words.first ?? "" }

    /// The path of the file.
    public var path: String { "\(folder)/\(file)" }

    /// Everything that it finds in its environment. Nothing of ours is handed on.
    public static let environment = ["LANG=C.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin"]
}

/// How a program ended.
public enum ProgramEnd: Sendable, Hashable {
    /// With status 0, and this on standard output.
    case answered([UInt8])
    /// Otherwise; what it wrote counts for nothing then.
    case failed(ProgramFailure)
}

/// Why a program gave no answer.
public enum ProgramFailure: Sendable, Hashable, CustomStringConvertible {
    /// There is no such file, or folder.
    case missing
    /// The file cannot be executed: the system’s words.
    case notExecutable(String)
    /// This machine could not start it: the system’s words.
    case notStarted(String)
    /// It ended with another status than 0; with the last line that it wrote on standard error, if any.
    case status(Int32, said: String)
    /// A signal ended it; with the last line that it wrote on standard error, if any.
    case signal(Int32, said: String)
    /// It took longer than it may.
    case timeLimit(Duration)
    /// It wrote more than it may.
    case flood(bytes: Int, on: Stream)

    /// What a program writes on.
    public enum Stream: String, Sendable {
        case output = "standard output"
        case errors = "standard error"
    }

    /// A phrase about the program, without a full stop. What the program itself said is quoted as it is: escape it where it is shown.
    public var description: String {
        switch self {
        case .missing: "is not there"
        case .notExecutable(let words): "cannot be executed: \(words.lowercasedFirst)\(Self.hint(words))"
        case .notStarted(let words): "could not be started: \(words.lowercasedFirst)"
        case .status(let status, let said): "ended with status \(status)\(Self.quoting(said))"
        case .signal(let signal, let said): "was ended by signal \(signal)\(Self.quoting(said))"
        case .timeLimit(let limit): "ran longer than \(limit.inWords)"
        case .flood(let bytes, let stream): "wrote more than \(bytes >> 10) KiB on \(stream.rawValue)"
        }
    }

    /// What is most likely to be done about the system's words.
    private static func hint(_ words: String) -> String {
        switch words.lowercased() {
        case "permission denied": " (chmod +x makes a file executable)"
        case "exec format error": " (a script begins with a line such as #!/bin/sh)"
        default: ""
        }
    }

    private static func quoting(_ said: String) -> String { said.isEmpty ? "" : ": \u{201C}\(said)\u{201D}" }
}

extension Duration {
    fileprivate var inWords: String {
        let (seconds, attoseconds) = components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        return milliseconds == 0 ? "\(seconds) s" : "\(seconds * 1000 + milliseconds) ms"
    }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
