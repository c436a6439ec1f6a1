internal import Glibc
internal import MailModel

/// The file of a store.
enum StoreFile {
    /// The one name of a store: what a path leads to, by way of links; where there is no file yet, the path.
    ///
    /// What SQLite has not written into the file yet lies beside it, under its name, and so does the lock: under another name the file
    /// would be half of the store, and two could write at once. Nothing is made, and nothing waited for: SQLite would wait for the other
    /// end of a pipe, and leave files of its own beside a device. Throws `StoreProblem` for what can never be a store, and for a file
    /// with several names.
    static func path(_ path: String) throws -> String {
        var status = stat()
        // What is not there yet is made, and why it cannot be, SQLite says.
        guard stat(path, &status) == 0, let real = realpath(path, nil) else { return path }
        defer { free(real) }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 || isEmpty(path) else {
            throw StoreProblem(
                "\(path) cannot be used as a store: \(BoundedFile.Unreadable.notRegular.reason). Name a file.")
        }
        guard status.st_nlink == 1 else {
            throw StoreProblem(
                "\(path) has \(status.st_nlink) names (hard links), and a store can have one. Remove the others, or name a copy."
            )
        }
        return String(cString: real)
    }

    /// Whether a file of no size is empty indeed: some of `/proc` call themselves regular and have something to read, or to wait for.
    ///
    /// Only those are opened: to close a file takes SQLite's locks away where this process has it open.
    private static func isEmpty(_ file: String) -> Bool {
        do throws(BoundedFile.Unreadable) {
            return try BoundedFile.read(file, limit: 0).isEmpty
        } catch .system {
            // A file that may be written and not read is SQLite's to refuse; one that has nothing yet is none.
            return access(file, R_OK) != 0
        } catch {
            return false
        }
    }
}
