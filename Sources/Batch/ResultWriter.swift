internal import FoundationEssentials
internal import Glibc
internal import MailModel
internal import MailgradeKit
internal import Store

/// Writes results as they come: each only once its verdict is in the store, so that whoever is killed and runs again finds in the
/// store what is in the output, and goes on behind it.
actor ResultWriter {
    private let store: Store
    private let write: @Sendable (String) throws -> Void
    private var pending = ""
    private var flushing: Task<Void, any Error>?
    /// Why nothing is written any more.
    private var failure: (any Error)?
    /// How long a result waits for others at most.
    private static let pause = Duration.milliseconds(100)

    init(_ store: Store, write: @escaping @Sendable (String) throws -> Void) {
        self.store = store
        self.write = write
    }

    /// Takes lines; they are written soon, in this order. Throws what has kept others from being written: behind a line that is cut
    /// off none is written, and nobody is asked for results that cannot be kept.
    func add(_ lines: String) throws {
        if let failure { throw failure }
        pending += lines
        guard flushing == nil else { return }
        flushing = Task {
            try? await Task.sleep(for: Self.pause)
            try await flush()
        }
    }

    /// Writes what has been taken. Throws `StoreProblem`, or what the output throws.
    func finish() async throws {
        // Whoever is at it has taken his lines already.
        while let last = flushing { try await last.value }
        if let failure { throw failure }
    }

    private func flush() async throws {
        defer { flushing = nil }
        do {
            while !pending.isEmpty {
                let lines = pending
                pending = ""
                try await store.flush()
                try write(lines)
            }
        } catch {
            failure = error
            throw error
        }
    }
}

/// A file of results that may be there already: of a run that was stopped. No other process writes into it as long as it is there.
public final class OutputFile: Sendable {
    private let descriptor: Int32
    private let path: String
    /// What is there.
    let results: Results

    /// The results of a file.
    struct Results {
        /// The lines of the input that have their result, each with the domain it is about.
        var done: [Int: String] = [:]
        /// The earliest instant by which one was judged, as lines have it; nil where there is none.
        var earliest: String?
        /// Where the last line that is whole ends; nil for what is no file, and has no place to write at.
        var end: UInt64?
    }

    /// Opens a file to write behind what is there. Nothing of it changes before `prepare`. Throws `UsageError`.
    public init(_ path: String) throws {
        self.path = path
        // Whoever may read a pipe keeps it open for himself, and never learns that nobody else does; and so a reader is waited for.
        let mode = TextFile.isPipe(path) ? O_WRONLY : O_RDWR | O_CREAT
        descriptor = open(path, mode | O_CLOEXEC, 0o644)
        do {
            results = try Self.results(in: path, descriptor)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit {
        // A program that was started meanwhile may have a copy of the descriptor, and the lock with it.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func results(in path: String, _ descriptor: Int32) throws -> Results {
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            throw UsageError("\(path) cannot be written: \(systemText(errno).lowercased()).")
        }
        guard status.st_mode & S_IFMT == S_IFREG else { return Results() }
        // The system lets go of it when the process ends, however it ends.
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
            throw UsageError("Another mailgrade is writing into \(path). Wait for it, or name another file.")
        }
        var results = Results()
        let size = UInt64(max(0, lseek(descriptor, 0, SEEK_END)))
        var reader = LineReader(descriptor)
        var end: UInt64 = 0
        while let line = try reader.next(longest: 1 << 24) {
            let next = line.offset + UInt64(line.length) + 1
            // What somebody else has written is not cut off either.
            if next > size, isBegun(line.text) { break }
            guard next <= size, let head = head(line.text) else {
                throw UsageError(
                    "\(path) is there, and line \(line.number) is no result of a batch. Name another file.")
            }
            results.done[head.number] = head.domain
            results.earliest = min(results.earliest ?? head.judged, head.judged)
            end = next
        }
        results.end = end
        return results
    }

    /// Cuts off a last line that is not whole, so that others can stand behind the one before. Throws `UsageError`.
    public func prepare() throws {
        guard let end = results.end else { return }
        guard ftruncate(descriptor, off_t(end)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
            throw UsageError("\(path) cannot be written: \(systemText(errno).lowercased()).")
        }
    }

    /// Writes lines behind what is there. Throws `UnwrittenResults`.
    public func write(_ lines: String) throws {
        guard TextFile.write(Array(lines.utf8), to: descriptor) else {
            throw UnwrittenResults(
                "\(path) cannot be written: \(systemText(errno).lowercased()). Run the same command again to go on.")
        }
    }

    /// The number of the input's line, the domain, and when it was judged, by which every line begins.
    private static func head(_ line: String) -> (number: Int, domain: String, judged: String)? {
        let match = line.prefixMatch(
            of: /\{"v":1,"line":(\d+),"domain":"((?:[^"\\]|\\.)*)","judged":"([^"]*)",/)
        guard let match, let number = Int(match.1) else { return nil }
        // As it stood in the list, not as JSON has it.
        guard let name = try? JSONDecoder().decode(String.self, from: Data("\"\(match.2)\"".utf8)) else { return nil }
        return (number, name, String(match.3))
    }

    /// Whether a line that was cut off somewhere may be one of ours: as far as it goes, it begins as they do.
    private static func isBegun(_ line: String) -> Bool {
        var rest = line.utf8[...]
        for part in ["{\"v\":1,\"line\":", ",\"domain\":\""] {
            let begin = rest.prefix(part.utf8.count)
            guard part.utf8.starts(with: begin) else { return false }
            rest = rest.dropFirst(begin.count).drop { (0x30...0x39).contains($0) }
        }
        return true
    }
}

/// Why results could not be written; one sentence.
public struct UnwrittenResults: Error, Sendable, CustomStringConvertible {
    /// The sentence.
    public let description: String

    /// A sentence.
    public init(_ description: String) { self.description = description }
}
