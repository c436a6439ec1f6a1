import Glibc
import Programs
import Testing

/// A folder with programs in it, which goes away with the test.
final class Folder {
    let path: String

    init() throws {
        var template = Array("/tmp/mailgrade-programs-XXXXXX".utf8CString)
        path = String(cString: try #require(mkdtemp(&template)))
    }

    deinit {
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    private var names: [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// A file with a text.
    func file(_ name: String, _ text: String, mode: mode_t = 0o755) {
        let file = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        _ = Array(text.utf8).withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        close(file)
    }

    /// What is in a file; empty where there is none.
    func text(_ name: String) -> String {
        let file = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            count = max(0, read(file, buffer.baseAddress, 4096))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A shell script, as a program.
    func script(_ lines: String, limits: Program.Limits = .patient) -> Program {
        file("script", "#!/bin/sh\n\(lines)\n")
        return Program(folder: path, words: ["script"], limits: limits)
    }

    /// A program of the system with its arguments, by a link in the folder.
    func link(to target: String, _ arguments: String...) -> Program {
        symlink(target, "\(path)/linked")
        return Program(folder: path, words: ["linked"] + arguments, limits: .patient)
    }
}

extension Program.Limits {
    /// For what ends by itself, however busy the machine is.
    static let patient = Program.Limits(time: .seconds(60))
    /// For what never ends.
    static let impatient = Program.Limits(time: .milliseconds(300))
}

extension ProgramEnd {
    /// What was answered, as text; nil where there was no answer.
    var answer: String? {
        if case .answered(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil }
    }
}

/// Whether a process is gone, or dead and not buried; asked again for a while, since the system takes its time.
func isGone(_ pid: pid_t) async throws -> Bool {
    for _ in 0..<2_000 {
        let file = open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return true }
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = read(file, &buffer, 512)
        close(file)
        guard count > 0 else { return true }
        let state = String(decoding: buffer[..<count], as: UTF8.self).split(separator: ") ").last?.first
        if state == "Z" || state == "X" { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}
