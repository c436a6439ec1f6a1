import Foundation
import MailModel
import Testing

@testable import MailgradeCommand
@testable import MailgradeKit

@Suite("Files and streams that reports are written into") struct TextFileTests {
    @Test("A file is replaced whole, keeps its permissions, and leaves nothing beside it")
    func replaced() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("report.json", "old")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        try TextFile.save("new", into: path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        let names = try FileManager.default.contentsOfDirectory(
            atPath: URL(filePath: path).deletingLastPathComponent().path)
        #expect(names == ["report.json"])
    }

    @Test("A symbolic link stays, and what it leads to is replaced")
    func link() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("real.json", "old")
        let link = path + ".link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        try TextFile.save("new", into: link)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    }

    @Test("Links to a file that is not there yet stay, and it comes to be where they lead")
    func danglingLink() throws {
        let folder = try TemporaryFolder()
        for (name, target) in [("one", "two"), ("two", "real.json")] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder.path)/\(name)", withDestinationPath: target)
        }
        try TextFile.checkWritable("\(folder.path)/one")
        try TextFile.save("new", into: "\(folder.path)/one")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder.path)/one") == "two")
        #expect(folder.text(of: "real.json") == "new")
    }

    @Test("A device is written into, and a full one is an error")
    func device() throws {
        try TextFile.save("text", into: "/dev/null")
        #expect(throws: UsageError.self) { try TextFile.save("text", into: "/dev/full") }
    }

    @Test("Looking whether a pipe can be written does not tell its reader that this was all")
    func pipe() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("beside", "") + ".pipe"
        #expect(mkfifo(path, 0o600) == 0)
        // Who waits for a pipe needs a thread of his own.
        let (texts, reader) = AsyncStream.makeStream(of: Data?.self)
        Thread.detachNewThread { reader.yield(try? FileHandle(forReadingFrom: URL(filePath: path)).readToEnd()) }
        try TextFile.checkWritable(path)
        try TextFile.save("text", into: path)
        for await text in texts {
            #expect(text == Data("text".utf8))
            break
        }
    }

    @Test("A report that could not be written ends with a status of its own, and a message")
    func unwritten() async {
        let errors = Locked("")
        var output = TextOutput(isTerminal: false) { _ in }
        output.failure = { "no space left on device" }
        let environment = Environment(
            output: output, errors: TextOutput(isTerminal: false) { text in errors.withLock { $0 += text } },
            now: { Date() }, wire: { _ in throw UsageError("no network") })
        #expect(await MailgradeCommand.run(["profile", "list"], plugins: [], on: environment) == .unwritten)
        #expect(errors.withLock { $0 }.hasSuffix("standard output: no space left on device.\n"))
    }
}
