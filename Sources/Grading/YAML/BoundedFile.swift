internal import Glibc

/// Reads files whose size nobody vouches for.
enum BoundedFile {
    /// Why a file could not be read, a phrase without a full stop.
    struct Unreadable: Error {
        let reason: String
    }

    /// The bytes of a file, at most one more than the limit, so that the caller can tell "too large" from "just fits".
    ///
    /// The size is found by reading: a device or a pipe has none to ask for.
    static func read(_ path: String, limit: Int) throws(Unreadable) -> [UInt8] {
        guard let file = fopen(path, "rbe") else { throw .lastError }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            let room = min(65_536, limit + 1 - bytes.count)
            let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                count = fread(buffer.baseAddress, 1, room, file)
            }
            guard !chunk.isEmpty else { break }
            bytes += chunk
        }
        // A directory opens, and fails only here.
        guard ferror(file) == 0 else { throw .lastError }
        return bytes
    }
}

extension BoundedFile.Unreadable {
    fileprivate static var lastError: Self { Self(reason: String(cString: strerror(errno))) }
}
