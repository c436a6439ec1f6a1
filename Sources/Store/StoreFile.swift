internal import Glibc

/// The one name of a store. What SQLite has not written into the file yet lies beside it, under its name, and so does the lock: under
/// another name the file would be half of the store, and two could write at once.
enum StoreFile {
    /// What a path leads to, by way of links; where there is no file yet, the path. Throws `StoreProblem` for a file with several names.
    static func path(_ path: String) throws -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        var status = stat()
        if stat(real, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink > 1 {
            throw StoreProblem(
                "\(path) has \(status.st_nlink) names (hard links), and a store can have one. Remove the others, or name a copy."
            )
        }
        return String(cString: real)
    }
}
