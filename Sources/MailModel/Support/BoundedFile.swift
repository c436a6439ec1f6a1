internal import Glibc

/// Reads files whose size nobody vouches for.
package enum BoundedFile {
    /// Why a file could not be read.
    package enum Unreadable: Error, Hashable {
        /// The system says so: a phrase without a full stop.
        case system(String)
        /// It is a pipe, a device or a socket.
        case notRegular
        /// It has more bytes than the limit.
        case tooLarge(limit: Int)
    }

    /// The bytes of a regular file, no more than the limit.
    ///
    /// A pipe that nobody writes into would make us wait, a device has no end, and some files of `/proc` are both and call themselves
    /// regular: so nothing is waited for, and the size is found by reading.
    package static func read(_ path: String, limit: Int) throws(Unreadable) -> [UInt8] {
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard file >= 0 else { throw .lastError }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .lastError }
        // A directory says by itself what it is.
        guard [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else { throw .notRegular }
        return try read(file, limit: limit)
    }

    /// The bytes that come on standard input, whatever that is; whoever asks for it waits for its end.
    package static func standardInput(limit: Int) throws(Unreadable) -> [UInt8] {
        try read(STDIN_FILENO, limit: limit)
    }

    private static func read(_ file: Int32, limit: Int) throws(Unreadable) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            let room = min(65_536, limit + 1 - bytes.count)
            var code: Int32 = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                let length = Glibc.read(file, buffer.baseAddress, room)
                if length < 0 { code = errno }
                count = max(0, length)
            }
            if code == EINTR { continue }
            guard code == 0 else { throw .system(systemText(code)) }
            guard !chunk.isEmpty else { return bytes }
            bytes += chunk
        }
        throw .tooLarge(limit: limit)
    }

    /// The lines of a text of at most a mebibyte, bytes outside UTF-8 replaced.
    package static func lines(of path: String) throws(Unreadable) -> [Substring] {
        String(decoding: try read(path, limit: 1 << 20), as: UTF8.self).split(whereSeparator: \.isNewline)
    }
}

extension BoundedFile.Unreadable {
    fileprivate static var lastError: Self { .system(systemText(errno)) }

    /// Whether there is something of that name, and it is no file to read.
    package var isAboutAFile: Bool {
        if case .system = self { false } else { true }
    }

    /// A phrase without a full stop.
    package var reason: String {
        switch self {
        case .system(let words): words
        case .notRegular: "it is no regular file"
        case .tooLarge(let limit): "it is larger than \(limit >> 20) MiB"
        }
    }
}

/// The system's words for an error number.
package func systemText(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
}
