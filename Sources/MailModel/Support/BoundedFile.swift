internal import Glibc

/// Reads files whose size nobody vouches for.
package enum BoundedFile {
    /// Why a file could not be read.
    package enum Unreadable: Error, Hashable {
        /// The system says so: a phrase without a full stop.
        case system(String)
        /// It has more bytes than the limit.
        case tooLarge(limit: Int)
    }

    /// The bytes of a file, no more than the limit.
    ///
    /// The size is found by reading: a device or a pipe has none to ask for.
    package static func read(_ path: String, limit: Int) throws(Unreadable) -> [UInt8] {
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
        guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
        return bytes
    }

    /// The lines of a text of at most a mebibyte, bytes outside UTF-8 replaced.
    package static func lines(of path: String) throws(Unreadable) -> [Substring] {
        String(decoding: try read(path, limit: 1 << 20), as: UTF8.self).split(whereSeparator: \.isNewline)
    }
}

extension BoundedFile.Unreadable {
    fileprivate static var lastError: Self { .system(systemText(errno)) }

    /// A phrase without a full stop.
    package var reason: String {
        switch self {
        case .system(let words): words
        case .tooLarge(let limit): "it is larger than \(limit >> 20) MiB"
        }
    }
}

/// The system's words for an error number.
package func systemText(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
}
