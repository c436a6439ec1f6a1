internal import Glibc

/// A text file of a person's or the system's, read whole.
enum SmallFile {
    /// What the system says about a file that cannot be read.
    struct Failure: Error {
        let reason: String
    }

    /// The lines of a file of at most a mebibyte, bytes outside UTF-8 replaced.
    static func lines(of file: String) throws(Failure) -> [Substring] {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(reason: systemText(errno)) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw Failure(reason: systemText(errno)) }
            if count == 0 { break }
            bytes += buffer[..<count]
            guard bytes.count <= 1 << 20 else { throw Failure(reason: "it is larger than 1 MiB") }
        }
        return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    }
}

/// The system's words for an error number.
func systemText(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
}
