import Foundation
import Testing

/// Where the process may not use what a run needs, it says so before the first packet, in one sentence, and does not hang or crash.
@Suite(.serialized) struct ExhaustionTests {
    @Test(arguments: [8, 12, 16, 20, 32])
    func `Too few files are refused`(_ limit: Int) throws {
        let errors = try refusal(under: "ulimit -n \(limit)")
        #expect(errors.contains("This process may open \(limit) files, too few for a run."))
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
        let folder = try TemporaryFolder()
        // A user without processes cannot look into the folders of whoever builds.
        let (status, _, _) = try MeasuredRun.measure([
            #"cd "$1"; cp "$0" mailgrade; chmod -R a+rX .; exec 2>errors; \#(limit); timeout 30 \#(runner) ./mailgrade \#(words)"#,
            try MeasuredRun.binary(), folder.path,
        ])
        return (status, folder.text(of: "errors") ?? "")
    }
}
