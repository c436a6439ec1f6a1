import Foundation
import Testing

/// Where a file is asked for, somebody may name a pipe that nobody writes into, or a device without an end.
@Suite(.serialized) struct OddFileTests {
    /// Every place where the command reads a file that somebody names: lines of bash, in which `$1` is the odd file.
    private static let readers: [(what: String, script: String)] = [
        ("a profile", #"run profile check "$1""#),
        ("a parent", #"printf 'schema: 1\nextends: %s\n' "$1" >p.yaml; run profile check p.yaml"#),
        ("evidence", #"run judge "$1""#),
        ("the cases of a profile", #"run profile test default --cases "$1""#),
        ("certificate authorities", #"run example.test --ca-file "$1" --resolver 127.0.0.1:9"#),
        ("trust anchors", #"run example.test --trust-anchor "$1" --resolver 127.0.0.1:9"#),
        ("a list in a repository", #"echo '{}' >e.json; ln -s "$1" odd; run judge e.json --anchor odd"#),
        ("manners", #"echo example.test >list; run batch list --manners "$1" --output out.ndjson"#),
    ]

    @Test(arguments: readers.map(\.what), ["pipe", "/dev/zero", "/proc/kmsg"])
    func `What has no end, or has nothing to read yet, is refused at once`(_ what: String, _ odd: String) throws {
        let script = try #require(Self.readers.first { $0.what == what }).script
        let folder = try TemporaryFolder()
        let (status, kilobytes, _) = try MeasuredRun.measure([
            #"cd "$2"; mkfifo pipe; exec >errors 2>&1; run() { timeout 30 "$0" "$@"; }; "# + script,
            try MeasuredRun.binary(), odd == "pipe" ? "\(folder.path)/pipe" : odd, folder.path,
        ])
        let errors = try #require(folder.text(of: "errors"))
        #expect(status == 2, "\(what), \(odd): \(errors)")
        #expect(errors.contains("rror: "), "\(errors)")
        #expect(kilobytes < 150_000, "\(what), \(odd): \(kilobytes) kB")
    }

    /// Every place where a store is opened.
    private static let stores: [(what: String, script: String)] = [
        ("diff", #"run diff "$1""#),
        ("batch --again", #"run batch --again --store "$1" --output out --anyway"#),
        ("batch", #"echo null.example.org >list; run batch list --store "$1" --output out --anyway"#),
        ("serve", #"timeout 30 "$0"d serve --store "$1" --listen 127.0.0.1:0"#),
    ]

    @Test(arguments: stores.map(\.what), ["pipe", "link", "folder", "/dev/zero", "/dev/null", "/proc/kmsg"])
    func `A store is a regular file, or nothing is opened or made`(_ what: String, _ odd: String) throws {
        let script = try #require(Self.stores.first { $0.what == what }).script
        let folder = try TemporaryFolder()
        let before = try FileManager.default.contentsOfDirectory(atPath: "/dev")
        let (status, _, _) = try MeasuredRun.measure([
            #"cd "$2"; mkfifo pipe; ln -s pipe link; mkdir folder; exec >errors 2>&1; run() { timeout 30 "$0" "$@"; }; "#
                + script,
            try MeasuredRun.binary(), odd, folder.path,
        ])
        let errors = try #require(folder.text(of: "errors"))
        #expect(status == 2, "\(what), \(odd): \(errors)")
        #expect(errors == "Error: \(odd) cannot be used as a store: it is no regular file. Name a file.\n")
        let left = Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
        #expect(left.subtracting(["pipe", "link", "folder", "errors", "list"]).isEmpty, "\(left)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: "/dev").count <= before.count)
    }

    @Test func `A minus stands for standard input`() throws {
        let folder = try TemporaryFolder()
        let profile = try folder.file("p.yaml", "schema: 1\nid: acme\ntitle: Acme\nextends: default\n")
        let (status, _, _) = try MeasuredRun.measure([
            "\"$0\" profile check - <\"$1\"", try MeasuredRun.binary(), profile,
        ])
        #expect(status == 0)
    }
}
