internal import Glibc

/// Which file a path leads to, whatever it is written as: two paths are one file where these are equal. A file that is not there yet
/// is its name in its folder.
package struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64
    private let name: String

    /// The file at a path; nil for what is no file and no name for one: a device, a pipe, a folder that does not exist.
    package init?(_ path: String) {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else { return nil }
            self.init(status, name: "")
        } else {
            let (folder, name) = Self.parts(TextFile.resolved(path))
            guard stat(folder, &status) == 0, !name.isEmpty else { return nil }
            self.init(status, name: name)
        }
    }

    /// Whether two paths of folders lead to one, however they are written.
    package static func isSameFolder(_ one: String, _ other: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard stat(one.isEmpty ? "." : one, &first) == 0, stat(other.isEmpty ? "." : other, &second) == 0 else {
            return one == other
        }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// The folder of a path, with its slash, and the name in it.
    static func parts(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        return (String(path[...slash]), String(path[path.index(after: slash)...]))
    }

    private init(_ status: stat, name: String) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        self.name = name
    }
}
