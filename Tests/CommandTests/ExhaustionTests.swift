import Foundation
import Testing

/// Where the process may not use what a run needs, it says so before the first packet, in one sentence, and does not hang or crash.
@Suite(.serialized) struct ExhaustionTests {
    @Test(arguments: [8, 12, 16, 20, 32])
    func `Too few files are refused`(_ limit: Int) throws {
        let errors = try refusal(under: "ulimit -n \(limit)")
        #expect(errors.contains("This process may open \(limit) files, too few for a run."))
    }

    @Test(arguments: [
        "", "d serve --store store --listen 127.0.0.1:0", "d token", "d check none.yaml", " --help", " plan",
        " judge none.json",
        " filter judge", " batch list --store store --output out --anyway", " diff store",
    ])
    func `Descriptors are counted before anything needs one, and before anything is made`(_ command: String) throws {
        let words = command.isEmpty ? " \(grading)" : command
        for limit in [5, 6, 7, 10, 18] {
            let (status, errors, left) = try run(exact: words, under: "echo null.example.org >list; ulimit -n \(limit)")
            #expect(status == 2, "\(words), \(limit): \(errors)")
            #expect(
                errors
                    == "Error: This process may open \(limit) files, too few for a run. Raise the limit, for example to 256: "
                    + "ulimit -n 256.\n", "\(words), \(limit)")
            #expect(left == ["errors", "list", "mailgrade", "mailgraded"], "\(words), \(limit)")
        }
    }

    @Test(arguments: [
        "d serve --store store --listen 127.0.0.1:0", " batch list --store store --output out --anyway",
    ])
    func `No store is made where there are too few files for the network`(_ words: String) throws {
        let (status, errors, left) = try run(exact: words, under: "echo null.example.org >list; ulimit -n 30")
        #expect(status == 2 && errors.contains("This process may open 30 files"), "\(errors)")
        #expect(left == ["errors", "list", "mailgrade", "mailgraded"])
    }

    @Test func `A soft limit is raised as far as it may be`() throws {
        let (status, errors) = try run(under: "ulimit -S -n 20", grading)
        #expect(status == 3, "\(errors)")
    }

    @Test(arguments: [64, 128])
    func `With few files a run goes to its end`(_ limit: Int) throws {
        let (status, errors) = try run(under: "ulimit -n \(limit)", grading)
        #expect(status == 3, "\(errors)")
    }

    @Test(.enabled(if: geteuid() == 0, "the limit is that of a user without processes"), arguments: [1, 2, 3])
    func `Too few threads are refused, and nobody waits for them`(_ limit: Int) throws {
        for words in [grading, "--help"] {
            let (status, errors) = try run(
                by: "setpriv --reuid=65533 --regid=65533 --clear-groups prlimit --nproc=\(limit):\(limit)", words)
            #expect(status == 2 || status == 0 && words == "--help", "\(limit), \(words): \(errors)")
            #expect(status == 0 || errors.contains("threads that it needs"), "\(errors)")
        }
    }

    @Test func `Too little address space is refused`() throws {
        let errors = try refusal(under: "ulimit -v 300000")
        #expect(errors.contains("This process may use 292 MiB of address space"))
    }

    /// A run that ends soon: nobody answers its lookups.
    private let grading = "example.test --resolver 127.0.0.1:9 --deadline 3s --quiet"

    private func refusal(under limit: String) throws -> String {
        let (status, errors) = try run(under: limit, grading)
        #expect(status == 2, "\(limit): \(errors)")
        #expect(errors.split(separator: "\n").count == 1, "\(errors)")
        return errors
    }

    private func run(under limit: String = ":", by runner: String = "", _ words: String) throws -> (Int, String) {
        let (status, errors, _) = try run(exact: " \(words)", under: limit, by: runner)
        return (status, errors)
    }

    /// What stands directly behind the name of the program; what it ended with, said and left.
    private func run(
        exact words: String, under limit: String, by runner: String = ""
    ) throws -> (status: Int, errors: String, left: Set<String>) {
        let folder = try TemporaryFolder()
        // A user without processes cannot look into the folders of whoever builds. To link takes no time, and to copy a tenth of a second.
        let (status, _, _) = try MeasuredRun.measure([
            #"""
            cd "$1"; for i in "$0" "$0d"; do ln "$i" . 2>/dev/null || cp "$i" .; done; chmod a+rX .; exec 2>errors
            \#(limit); exec timeout 30 \#(runner) ./mailgrade\#(words)
            """#,
            try MeasuredRun.binary(), folder.path,
        ])
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return (status, folder.text(of: "errors") ?? "", Set(left))
    }
}
