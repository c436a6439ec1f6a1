import Foundation
import MailModel
import Testing

/// Names as the DNS holds them.
@Suite("Domain names")
struct DomainNameTests {
    static let labels: [([[UInt8]], String)] = [
        ([], ""),
        ([Array("MX1".utf8), Array("Example".utf8)], "mx1.example"),
        ([Array("a.b".utf8), Array("c".utf8)], #"a\.b.c"#),
        ([Array(#"a\b"#.utf8)], #"a\\b"#),
        ([[0x09, 0x20, 0xFF]], #"\009\032\255"#),
        ([Array("_25".utf8), Array("_tcp".utf8)], "_25._tcp"),
    ]

    @Test("Labels become printable lower-case text", arguments: labels)
    func text(labels: [[UInt8]], text: String) {
        #expect(DomainName(labels: labels).text == text)
    }

    @Test("Splitting into labels leaves escaped dots alone", arguments: labels)
    func split(labels: [[UInt8]], text: String) {
        #expect(DomainName(labels: labels).labels.count == labels.count)
    }

    @Test("The parent has one label less, and the root has none")
    func parent() throws {
        let name = DomainName(labels: [Array("a.b".utf8), Array("c".utf8)])
        #expect(name.parent?.text == "c")
        #expect(name.parent?.parent == .root)
        #expect(DomainName.root.parent == nil)
        #expect(DomainName.root.description == ".")
    }

    @Test("A prefix is one more label, in lower case")
    func prefixed() throws {
        #expect(try DomainName(input: "example.com").prefixed("_MTA-STS").text == "_mta-sts.example.com")
        #expect(DomainName.root.prefixed("com").text == "com")
    }

    @Test("A host name has two labels of letters, digits and inner hyphens", arguments: ["mx.example", "1-2.x--y.z9"])
    func hostName(text: String) throws {
        #expect(try DomainName(input: text).isHostName)
    }

    static let noHosts = [
        DomainName.root, DomainName(labels: [Array("mx".utf8)]),
        DomainName(labels: [Array("a_b".utf8), Array("example".utf8)]),
        DomainName(labels: [Array("-a".utf8), Array("example".utf8)]),
        DomainName(labels: [Array("a-".utf8), Array("example".utf8)]),
        DomainName(labels: [Array("a b".utf8), Array("example".utf8)]),
        DomainName(labels: [[], Array("example".utf8)]),
    ]

    @Test("Everything else is no host name", arguments: noHosts)
    func noHostName(name: DomainName) {
        #expect(!name.isHostName)
    }

    @Test(
        "An address in place of a name is recognised",
        arguments: [(["192", "0", "2", "1"], true), (["[192", "0", "2", "1]"], true), (["mx", "192"], false)])
    func addressLiteral(labels: [String], isLiteral: Bool) {
        #expect(DomainName(labels: labels.map { Array($0.utf8) }).isAddressLiteral == isLiteral)
    }

    @Test("A name survives JSON")
    func json() throws {
        let names = Self.labels.map { DomainName(labels: $0.0) }
        let data = try JSONEncoder().encode(names)
        #expect(try JSONDecoder().decode([DomainName].self, from: data) == names)
    }
}
