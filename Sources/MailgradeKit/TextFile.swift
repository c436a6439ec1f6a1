internal import Glibc
internal import MailModel

/// Files that the command line names. Every mistake is a `UsageError` that says which file and why.
package enum TextFile {
    /// Larger files are refused: evidence of the largest run is a few megabytes.
    package static let limit = 64 << 20

    /// Reads a file whole; `-` is standard input.
    package static func contents(of path: String, what: String) throws -> [UInt8] {
        do throws(BoundedFile.Unreadable) {
            return try path == "-" ? BoundedFile.standardInput(limit: limit) : BoundedFile.read(path, limit: limit)
        } catch {
            switch error {
            case .system(let words):
                throw UsageError(
                    "The \(what) \(path.isEmpty ? "\u{201C}\u{201D}" : path) cannot be read: \(words.lowercased()). Name a file "
                        + "that exists.")
            case .notRegular:
                throw UsageError(
                    "The \(what) \(path) cannot be read: \(error.reason). Name a file, or - for standard input.")
            case .tooLarge:
                throw UsageError("The \(what) \(path) is larger than \(limit >> 20) MiB. Is it the right file?")
            }
        }
    }

    /// Writes a file whole, replacing what was there: beside it first, so that whatever happens there is either the old file or the
    /// new one. A symbolic link stays, and what it leads to is replaced. Devices and pipes are written into, and so is a file in a
    /// folder where no other can be made.
    package static func save(_ text: String, into path: String) throws {
        let bytes = Array(text.utf8)
        let target = resolved(path)
        var status = stat()
        let isThere = stat(target, &status) == 0
        guard !isThere || status.st_mode & S_IFMT == S_IFREG, let (draft, name) = draft(beside: target) else {
            let file = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
            guard file >= 0 else { throw unwritable(path) }
            defer { close(file) }
            guard write(bytes, to: file) else { throw unwritable(path) }
            return
        }
        defer { close(draft) }
        if isThere { fchmod(draft, status.st_mode & 0o7777) }
        guard write(bytes, to: draft), fsync(draft) == 0, rename(name, target) == 0 else {
            let why = unwritable(path)
            unlink(name)
            throw why
        }
    }

    /// What a path leads to in the end, by way of links: a file, or the place where one would come to be.
    static func resolved(_ path: String) -> String {
        var path = path
        // As many links as the system follows; in a circle none is the end.
        for _ in 0..<40 {
            if let real = realpath(path, nil) {
                defer { free(real) }
                return String(cString: real)
            }
            var words = [CChar](repeating: 0, count: Int(PATH_MAX))
            let length = readlink(path, &words, words.count - 1)
            guard length > 0 else { return path }
            let next = String(decoding: words.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            path = next.hasPrefix("/") ? next : FileIdentity.parts(path).folder + "/" + next
        }
        return path
    }

    /// A new file in the folder of another; nil where none can be made.
    private static func draft(beside path: String) -> (file: Int32, name: String)? {
        for _ in 0..<100 {
            let name = "\(path).\(UInt32.random(in: 0...UInt32.max)).part"
            let file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
            if file >= 0 { return (file, name) }
            guard errno == EEXIST else { return nil }
        }
        return nil
    }

    /// Writes all bytes to an open file; false where that fails, and errno says why.
    package static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Whether there is a file of this name that can be read.
    package static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

    /// Why a file is no program that could be run, a phrase with what to do; nil where it is one.
    package static func whyNotExecutable(_ path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return "is not there" }
        guard status.st_mode & S_IFMT == S_IFREG else { return "is no file" }
        return access(path, X_OK) == 0 ? nil : "is not executable: chmod +x makes it so"
    }

    /// Whether a path leads to a pipe with a name.
    package static func isPipe(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
    }

    /// Finds out early whether a file could be written; creates none.
    package static func checkWritable(_ path: String) throws {
        let target = resolved(path)
        // To open a pipe and close it again would tell its reader that this was all.
        if isPipe(target), access(target, W_OK) == 0 { return }
        let file = open(target, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
        if file >= 0 {
            close(file)
            return
        }
        guard errno == ENOENT, !target.isEmpty, !target.hasSuffix("/") else { throw unwritable(path) }
        guard access(FileIdentity.parts(target).folder, W_OK | X_OK) == 0 else { throw unwritable(path) }
    }

    private static func unwritable(_ path: String) -> UsageError {
        UsageError(
            "\(path.isEmpty ? "\u{201C}\u{201D}" : path) cannot be written: \(reason). Name a file in a folder that you may write to."
        )
    }

    private static var reason: String { systemText(errno).lowercased() }
}
