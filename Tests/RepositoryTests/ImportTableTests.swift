import Testing

/// Who may import whom: the rooms of the house. Arrows point down only, and each door has one keeper: only Grading reads
/// YAML, only LiveWire opens sockets and speaks TLS, only Programs starts programs of others, only Store speaks SQL, only the command parses arguments.
@Suite struct ImportTableTests {
    static let table: [String: Set<String>] = [
        "Sources/MailModel": ["CIDN2"],
        "Sources/CheckKit": ["MailModel"],
        "Sources/TLSHello": ["MailModel"],
        "Sources/Observations": ["CheckKit", "MailModel", "TLSHello"],
        "Sources/CheckEngine": ["CheckKit", "MailModel"],
        "Sources/Grading": ["CheckKit", "MailModel", "CYAML"],
        "Sources/Reporting": ["CheckKit", "Grading", "MailModel", "Observations"],
        "Sources/LiveWire": [
            "MailModel", "TLSHello", "COpenSSL", "CUnbound", "NIOCore", "NIOHTTP1",
            "NIOPosix",
        ],
        "Sources/Programs": ["CProgram"],
        "Sources/CheckKitTesting": ["CheckEngine", "CheckKit", "MailModel"],
        "Sources/MailgradeKit": [
            "CheckEngine", "CheckKit", "Grading", "LiveWire", "MailModel", "Profiles", "Programs",
            "Reporting",
        ],
        "Sources/Store": ["CheckEngine", "CheckKit", "MailModel", "CZlib", "GRDB"],
        "Sources/Batch": [
            "CheckEngine", "CheckKit", "Grading", "MailModel", "MailgradeKit", "Observations", "Reporting", "Store",
        ],
        "Sources/MailgradeCommand": [
            "ArgumentParser", "Batch", "CBuild", "CheckEngine", "CheckKit", "Grading", "LiveWire", "MailModel",
            "MailgradeKit",
            "Reporting", "Store",
        ],
        "Sources/Service": [
            "Batch", "CheckEngine", "CheckKit", "Grading", "HTTPTypes", "Hummingbird", "HummingbirdCore", "Logging",
            "MailModel", "MailgradeKit", "NIOCore", "NIOHTTP1", "Observations", "Programs", "Reporting",
            "ServiceLifecycle",
            "Store",
        ],
        "Sources/ServiceCommand": [
            "ArgumentParser", "Batch", "CheckKit", "Grading", "HummingbirdCore", "LiveWire", "Logging", "MailModel",
            "MailgradeCommand",
            "MailgradeKit", "NIOCore", "Service", "ServiceLifecycle", "Store", "UnixSignals",
        ],
        "Sources/mailgraded": ["CheckKit", "Checks", "ServiceCommand"],
        "Sources/mailgrade": ["CheckKit", "Checks", "MailgradeCommand"],
        "Checks": ["CheckKit", "MailModel", "Observations", "TLSHello"],
    ]

    /// The standard parts of the system, for rooms that need them.
    static let everywhere: Set<String> = ["FoundationEssentials", "Synchronization"]
    static let system: Set<String> = ["Glibc"]
    static let withSystem: Set<String> = [
        "Sources/MailModel", "Sources/Grading", "Sources/LiveWire", "Sources/MailgradeCommand", "Sources/MailgradeKit",
        "Sources/Programs", "Sources/Store", "Sources/Batch", "Sources/Service", "Sources/ServiceCommand",
    ]

    @Test("a room imports only what the table allows", arguments: table.keys.sorted())
    func importsAreAllowed(_ room: String) throws {
        var allowed = try #require(Self.table[room]).union(Self.everywhere)
        if Self.withSystem.contains(room) { allowed.formUnion(Self.system) }
        for (path, lines) in try Repository.sources(below: room) {
            for module in lines.compactMap(Self.module) where !allowed.contains(module) {
                Issue.record("\(path) imports \(module), which \(room) must not see.")
            }
        }
    }

    @Test("every room stands in the table")
    func tableIsComplete() throws {
        for name in try Repository.names(in: "Sources") {
            let room = "Sources/\(name)"
            let holdsSwift = try Repository.isFolder(room) && !Repository.sources(below: room).isEmpty
            #expect(!holdsSwift || Self.table[room] != nil, "\(room)")
        }
    }

    @Test("an import line is recognised in every form")
    func lineIsRead() {
        #expect(Self.module("internal import CheckKit") == "CheckKit")
        #expect(Self.module("    public import struct MailModel.DomainName") == "MailModel")
        #expect(Self.module("@testable import Checks") == "Checks")
        #expect(Self.module("@preconcurrency internal import NIOCore") == "NIOCore")
        #expect(Self.module("let text = \"import Foundation\"") == nil)
        #expect(Self.module("/// import Foundation") == nil)
    }

    /// The module that a line imports; nil for any other line.
    static func module(_ line: Substring) -> String? {
        let words = line.split(separator: " ")
        guard let index = words.firstIndex(of: "import"),
            words[..<index].allSatisfy({ $0.hasPrefix("@") || accessLevels.contains($0) })
        else { return nil }
        let path = words[(index + 1)...].first { !kinds.contains($0) }
        return path?.split(separator: ".").first.map(String.init)
    }

    private static let accessLevels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    private static let kinds: Set<Substring> = [
        "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
    ]
}
