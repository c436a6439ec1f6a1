internal import Glibc

/// A socket in the file system.
public enum LocalSocket {
    /// Whether somebody listens at a path. A file that a process has left behind refuses, and says so at once.
    public static func isTaken(_ path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let octets = Array(path.utf8)
        // What is longer can be no socket, with a zero at its end.
        guard octets.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: octets) }
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let status = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // Whoever has too much to do, or speaks in another way, is there all the same.
        return status == 0 || errno == EAGAIN || errno == EPROTOTYPE
    }
}
