import Foundation
import Testing

/// What somebody makes to exhaust whoever reads it is refused in little time and little memory. Each file is read by a
/// process of its own, whose peak is measured.
@Suite(.serialized) struct HostileProfileMemoryTests {
    /// Peak resident memory that no profile may need, in kilobytes: three times what an empty one takes in a debug build.
    private static let bound = 100_000

    private static let files: [(name: String, content: @Sendable () -> String)] = [
        (
            "alias-bomb",
            {
                (1..<40).reduce("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n") { text, level in
                    let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
                    return text + "a\(level): &a\(level) [\(items)]\n"
                }
            }
        ),
        ("deep-list", { String(repeating: "[", count: 1_000_000) }),
        ("deep-map", { "a: " + String(repeating: "{b: ", count: 250_000) }),
        ("deep-indentation", { (0..<1_400).map { String(repeating: " ", count: $0) + "a:\n" }.joined() }),
        ("many-keys", { (0..<90_000).map { "k\($0): v\n" }.joined() }),
        ("many-mistakes", { head + "checks:\n" + (0..<19_000).map { "  k\($0): {}\n" }.joined() }),
        ("long-key", { String(repeating: "x", count: 1_000_000) + ": 1\n" }),
        ("long-quote", { "a: \"" + String(repeating: "\\x41", count: 250_000) }),
        ("nuls", { String(repeating: "schema: 1\n\0", count: 90_000) }),
    ]

    private static let head = "schema: 1\nid: acme\ntitle: Acme\nextends: default\n"

    @Test(arguments: files.map(\.name))
    func `A hostile profile is refused in bounded time and memory`(_ name: String) throws {
        let folder = try TemporaryFolder()
        let content = try #require(Self.files.first { $0.name == name }).content()
        let file = try folder.file("\(name).yaml", content)
        try expectRefusal(of: ["\"$0\" profile check \"$1\"", try MeasuredRun.binary(), file], name)
    }

    @Test func `A file that is no UTF-8 is refused in bounded memory`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("bytes.yaml", "")
        let bytes = Data((0..<1_000_000).map { $0 % 7 == 0 ? 0x0A : 0xFF })
        try bytes.write(to: URL(fileURLWithPath: file))
        try expectRefusal(of: ["\"$0\" profile check \"$1\"", try MeasuredRun.binary(), file], "bytes")
    }

    @Test(arguments: [
        ("a file of 100 MB", "truncate -s 100000000 \"$1/big.yaml\"; \"$0\" profile check \"$1/big.yaml\""),
        ("an endless device", "\"$0\" profile check /dev/zero"),
        ("an endless pipe", "\"$0\" profile check <(yes 'a: b')"),
        ("a parent without end", "echo 'extends: /dev/zero' >\"$1/p.yaml\"; \"$0\" profile check \"$1/p.yaml\""),
    ])
    func `What is too large is refused by its size, wherever it comes from`(_ what: String, _ script: String) throws {
        let folder = try TemporaryFolder()
        let marker = try folder.file("marker", "")
        try expectRefusal(
            of: [script, try MeasuredRun.binary(), URL(fileURLWithPath: marker).deletingLastPathComponent().path], what)
    }

    /// Expects a usage error, in less than ten seconds of a busy machine, below the bound.
    private func expectRefusal(of words: [String], _ name: String) throws {
        let (status, kilobytes, seconds) = try MeasuredRun.measure(words)
        #expect(status == 2, "\(name)")
        #expect(kilobytes > 1_000 && kilobytes < Self.bound, "\(name): \(kilobytes) kB")
        #expect(seconds < 10, "\(name): \(seconds) s")
    }
}
