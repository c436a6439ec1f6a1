import Foundation
import Testing

/// What cannot be written is not lost in silence, by either program.
@Suite(.serialized) struct LostOutputTests {
    @Test(
        arguments: [
            " --version", " --help", " explain default", "d --version", "d --help", "d serve --help",
            "d check good.yaml", "d token",
        ],
        [">/dev/full", ">&-"])
    func `Output that cannot be written is told, with a status of its own`(_ words: String, _ output: String) throws {
        let (status, errors) = try run("\(words) \(output) 2>errors")
        #expect(status == 5, "\(words) \(output)")
        #expect(errors.hasPrefix("Error: Not everything could be written to standard output: "), "\(words): \(errors)")
        #expect(errors.split(separator: "\n").count == 1)
    }

    @Test(arguments: [" judge none.json", "d check none.yaml", "d serve"])
    func `Complaints that cannot be written count as well`(_ words: String) throws {
        #expect(try run("\(words) 2>/dev/full").status == 5, "\(words)")
        #expect(try run("\(words) 2>errors").status == 2, "\(words)")
    }

    @Test func `What can be written ends well`() throws {
        for words in ["d --version", "d --help", "d check good.yaml", "d token"] {
            let (status, errors) = try run("\(words) >output 2>errors")
            #expect(status == 0 && errors.isEmpty, "\(words): \(errors)")
        }
    }

    /// What stands directly behind the name of the program, as a shell reads it.
    private func run(_ words: String) throws -> (status: Int, errors: String) {
        let folder = try TemporaryFolder()
        _ = try folder.file("good.yaml", "schema: 1\n")
        let (status, _, _) = try MeasuredRun.measure([
            #"cd "$1"; exec timeout 30 "$0"\#(words)"#, try MeasuredRun.binary(), folder.path,
        ])
        return (status, folder.text(of: "errors") ?? "")
    }
}
