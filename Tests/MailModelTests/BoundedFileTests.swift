import Foundation
import MailModel
import Testing

/// Files whose size nobody vouches for, and durations as people write them.
@Suite("Reading files") struct BoundedFileTests {
    @Test("a file is read up to the limit and no further")
    func largeFile() throws {
        let path = "/tmp/mailgrade-\(UInt64.random(in: 0...UInt64.max))"
        try Data(repeating: 0x61, count: 1_000).write(to: URL(fileURLWithPath: path))
        defer { unlink(path) }
        #expect(try BoundedFile.read(path, limit: 1_000).count == 1_000)
        #expect(throws: BoundedFile.Unreadable.tooLarge(limit: 999)) { try BoundedFile.read(path, limit: 999) }
    }

    @Test("a pipe that nobody writes into is not waited for")
    func pipe() throws {
        let path = "/tmp/mailgrade-\(UInt64.random(in: 0...UInt64.max))"
        try #require(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        #expect(throws: BoundedFile.Unreadable.notRegular) { try BoundedFile.read(path, limit: 1_000) }
    }

    @Test("a device is no file", arguments: ["/dev/zero", "/dev/null", "/dev/tty0"])
    func device(path: String) throws {
        guard access(path, R_OK) == 0 else { return }
        #expect(throws: BoundedFile.Unreadable.notRegular) { try BoundedFile.read(path, limit: 1_000) }
    }

    @Test("a file of the kernel's is read no further than the limit")
    func kernelFile() throws {
        #expect(throws: BoundedFile.Unreadable.tooLarge(limit: 10)) {
            try BoundedFile.read("/proc/self/maps", limit: 10)
        }
        #expect(try !BoundedFile.read("/proc/self/stat", limit: 10_000).isEmpty)
    }

    @Test("what is not a file says why", arguments: ["/nowhere/p.yaml", "/", ""])
    func unreadable(path: String) throws {
        let failure = #expect(throws: BoundedFile.Unreadable.self) { try BoundedFile.read(path, limit: 10) }
        #expect(try #require(failure).reason.isEmpty == false)
    }

    @Test(
        "durations are numbers with units, the larger unit first",
        arguments: [
            ("90s", 90), ("2m", 120), ("1m30s", 90), ("1.5h", 5_400), ("14d", 1_209_600), ("500ms", 0.5), ("0s", 0),
        ])
    func duration(text: String, seconds: Double) {
        #expect(Duration(text: text) == .seconds(seconds))
    }

    @Test(
        "anything else is no duration",
        arguments: [
            "", "90", "s", "-1s", "1s1m", "1m1m", "1.s", ".5s", "1 s", "1S", "1e3s", "٣s", "99999999999999999999d",
            "1s ",
            "1..5s", "1mm",
        ])
    func noDuration(text: String) {
        #expect(Duration(text: text) == nil)
    }
}
