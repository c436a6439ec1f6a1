import Testing

/// A test that names a real domain might one day ask it. Names for tests: example.com, example.net, example.org (RFC 2606)
/// and everything below .example and .test.
@Suite struct PublicHostTests {
    @Test("no test names a public host")
    func namesAreReserved() throws {
        for path in try Repository.files(below: "Tests") where Self.isText(path) {
            let lines = try #require(Repository.text(path)).split(separator: "\n", omittingEmptySubsequences: false)
            for (index, line) in lines.enumerated() {
                for host in Self.publicHosts(in: line) {
                    Issue.record("\(path):\(index + 1) names \(host). \(Self.advice)")
                }
            }
        }
    }

    @Test("a public host is recognised, a reserved one and a reference are not")
    func recognition() {
        let host = ["mail", "bund", "de"].joined(separator: ".")
        #expect(Self.publicHosts(in: "    let name = \"\(host)\"") == [host])
        #expect(Self.publicHosts(in: "#expect(name == \"\(host.uppercased())\")") == [host])
        #expect(Self.publicHosts(in: "    // https://\(host)/") == [])
        #expect(Self.publicHosts(in: "# see https://\(host)/") == [])
        #expect(Self.publicHosts(in: "\"mx.example.com\", \"mx1.example.org\", \"modern.test\"") == [])
        #expect(Self.publicHosts(in: "(\"exa\\tmple.com\", \"exa\\u{1B}[31mmple.com\")") == [])
    }

    private static let advice =
        "Somebody may own that: tests use example.com, example.net, example.org, and names below .example and .test."

    private static func isText(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        let suffixes = [".swift", ".sh", ".md", ".yaml", ".json", ".txt", ".py", ".conf"]
        return !name.contains(".") || suffixes.contains { name.hasSuffix($0) }
    }

    private static let topLevelDomains: Set<Substring> = [
        "com", "org", "net", "edu", "gov", "info", "io", "dev", "de", "nl", "eu", "fr", "uk", "ch", "at",
    ]

    /// The hosts of a line that somebody may own. Comments may refer to anything.
    private static func publicHosts(in line: some StringProtocol) -> [String] {
        var text = String(line.drop { $0 == " " })
        guard !text.hasPrefix("//"), !text.hasPrefix("# ") else { return [] }
        if text.utf8.contains(0x5C) {
            text.replace("\\n", with: " ")
            // Tests of bad input break names with escapes; what is left of example.com is still reserved.
            text.replace(/\\u\{[0-9A-Fa-f]+\}(\[[0-9]*m)?|\\+[0-9]{3}|\\[tr0]/, with: "")
        }
        let words = text.lowercased().utf8.split { byte in
            switch byte {
            case 0x2D, 0x2E, 0x30...0x39, 0x61...0x7A: false
            default: true
            }
        }
        return words.compactMap { String($0) }.filter(isPublic)
    }

    private static func isPublic(_ word: String) -> Bool {
        let labels = word.split(separator: ".")
        guard labels.count >= 2, let last = labels.last, topLevelDomains.contains(last) else { return false }
        let owner = labels.suffix(2).joined(separator: ".")
        // Reports cite the documents that rules come from; nobody asks these hosts for anything.
        guard
            !["www.rfc-editor.org", "www.iana.org", "datatracker.ietf.org", "cabforum.org", "json-schema.org"].contains(
                word)
        else {
            return false
        }
        return !["example.com", "example.net", "example.org", "mple.com"].contains(owner)
    }
}
