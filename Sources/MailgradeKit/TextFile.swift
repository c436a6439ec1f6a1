internal import Glibc
internal import MailModel

/// Files that the command line names. Every mistake is a `UsageError` that says which file and why.
package enum TextFile {
    /// Larger files are refused: evidence of the largest run is a few megabytes.
    package static let limit = 64 << 20

    /// Reads a file whole.
    package static func contents(of path: String, what: String) throws -> [UInt8] {
        do throws(BoundedFile.Unreadable) {
            return try BoundedFile.read(path, limit: limit)
        } catch {
            switch error {
            case .system(let words):
                throw UsageError(
                    "The \(what) \(path.isEmpty ? "\u{201C}\u{201D}" : path) cannot be read: \(words.lowercased()). Name a file "
                        + "that exists.")
            case .tooLarge:
                throw UsageError("The \(what) \(path) is larger than \(limit >> 20) MiB. Is it the right file?")
            }
        }
    }

    /// Writes a file whole, replacing what was there.
    package static func save(_ text: String, into path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw unwritable(path) }
        defer { close(file) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw unwritable(path) }
            rest = rest.dropFirst(count)
        }
    }

    /// Whether there is a file of this name that can be read.
    package static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

    /// Finds out early whether a file could be written; creates none.
    package static func checkWritable(_ path: String) throws {
        let file = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
        if file >= 0 {
            close(file)
            return
        }
        guard errno == ENOENT, !path.isEmpty, !path.hasSuffix("/") else { throw unwritable(path) }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        guard access(folder, W_OK | X_OK) == 0 else { throw unwritable(path) }
    }

    private static func unwritable(_ path: String) -> UsageError {
        UsageError(
            "\(path.isEmpty ? "\u{201C}\u{201D}" : path) cannot be written: \(reason). Name a file in a folder that you may write to."
        )
    }

    private static var reason: String { systemText(errno).lowercased() }
}
