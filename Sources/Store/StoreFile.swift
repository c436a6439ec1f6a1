internal import Glibc
internal import MailModel

extension Store {
    /// Throws `StoreProblem` where something of this name is there that can never be a store. Nothing is made, and nothing waited for:
    /// SQLite would wait for the other end of a pipe, and leave files of its own beside a device.
    static func checkIsFile(_ file: String) throws {
        var status = stat()
        // What is not there yet is made, and why it cannot be, SQLite says.
        guard stat(file, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 || isEmpty(file) else {
            throw StoreProblem(
                "\(file) cannot be used as a store: \(BoundedFile.Unreadable.notRegular.reason). Name a file.")
        }
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
