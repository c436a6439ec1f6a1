import Foundation
import MailModel
import Testing

@testable import LiveWire

/// Setting a resolver up, and its self-test.
@Suite("Resolver settings")
struct ResolverSettingsTests {
    @Test("An upstream that delivers signatures validates", arguments: [NameServers.Upstream.nsd, .unbound])
    func healthy(upstream: NameServers.Upstream) async throws {
        #expect(try await NameServers.client(upstream).selfTest() == .validates)
    }

    @Test("An upstream without signatures is found out")
    func stripped() async throws {
        let health = try await NameServers.client(.stripped).selfTest()
        guard case .stripsDNSSEC(let reason) = health else {
            Issue.record("\(health)")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test("An upstream that never answers is unreachable")
    func silent() async throws {
        let client = try await NameServers.client(.silent, deadline: .milliseconds(200))
        #expect(await client.selfTest() == .unreachable(.timedOut))
    }

    @Test("The built-in anchors do not fit another root")
    func builtInAnchors() async throws {
        var settings = try await NameServers.shared().settings(.nsd)
        settings.trustAnchors = .builtIn
        guard case .stripsDNSSEC = await (try UnboundClient(settings)).selfTest() else {
            Issue.record("validated with the wrong keys")
            return
        }
    }

    @Test("The system's file is read")
    func systemFile() async throws {
        var settings = try await NameServers.shared().settings(.nsd)
        let port = try await NameServers.shared().port(.nsd)
        settings.upstream = .system
        settings.systemFile = try temporaryFile("search test\nnameserver 127.0.0.1:\(port)\noptions edns0\n")
        defer { try? FileManager.default.removeItem(atPath: settings.systemFile) }
        #expect(await (try UnboundClient(settings)).selfTest() == .validates)
    }

    @Test("Full recursion never asks a loopback server, whoever names it")
    func recursionStaysOutside() async throws {
        let servers = try await NameServers.shared()
        var settings = servers.settings(.nsd)
        settings.upstream = .recursive
        settings.rootServer = "127.0.0.1@\(servers.port(.nsd))"
        let client = try UnboundClient(settings)
        await #expect(throws: DNSFailure.serverFailure("SERVFAIL")) { try await client.lookup(.root, .soa) }
    }

    @Test("No special-purpose address is among those that full recursion may ask")
    func specialPurposeBlocks() {
        for text in [
            "127.0.0.1", "10.0.0.1", "169.254.1.1", "::1", "fd25::1", "fe80::1", "::ffff:10.0.0.1", "2002:a00::",
            "::ffff:0:10.0.0.1", "64:ff9b::10.0.0.1", "4000::1",
        ] {
            #expect(IPAddress.specialPurposeBlocks.contains { $0.contains(IPAddress(text)!) }, "\(text)")
        }
    }

    @Test("A missing anchor file is named with the reason")
    func missingAnchor() {
        let error = ResolverError.unreadableTrustAnchors(
            file: "/nonexistent/anchor", reason: "No such file or directory")
        #expect(throws: error) {
            try UnboundClient(ResolverSettings(trustAnchors: .file("/nonexistent/anchor")))
        }
        #expect(
            "\(error)" == "The trust anchor file /nonexistent/anchor cannot be read: No such file or directory.")
    }

    @Test("A folder as anchor file is refused")
    func anchorFolder() {
        #expect(throws: ResolverError.unreadableTrustAnchors(file: "/", reason: "Is a directory")) {
            try UnboundClient(ResolverSettings(trustAnchors: .file("/")))
        }
    }

    @Test(
        "A file without keys is refused as trust anchor",
        arguments: ["hello, world\n", ". IN DS 1 8 2 xyz\n", "", "; . IN DS 1 8 2\n"])
    func notAnAnchor(text: String) throws {
        let file = try temporaryFile(text)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let settings = ResolverSettings(
            upstream: .address(IPAddress("127.0.0.1")!, port: 53), trustAnchors: .file(file))
        #expect(throws: ResolverError.noTrustAnchors(file: file)) { try UnboundClient(settings) }
    }

    @Test("A missing system file is named with the reason")
    func missingSystemFile() {
        var settings = ResolverSettings()
        settings.systemFile = "/nonexistent/resolv.conf"
        #expect(
            throws: ResolverError.unreadableSystemFile(
                file: "/nonexistent/resolv.conf", reason: "No such file or directory")
        ) { try UnboundClient(settings) }
    }

    @Test("A system file that names no address is refused")
    func unusableSystemFile() throws {
        var settings = ResolverSettings()
        settings.systemFile = try temporaryFile("nameserver dns.example\nnameserver\nnameserver ::1%none\n")
        defer { try? FileManager.default.removeItem(atPath: settings.systemFile) }
        let error = ResolverError.unreadableSystemFile(
            file: settings.systemFile, reason: "no nameserver line holds an address")
        #expect(throws: error) { try UnboundClient(settings) }
    }

    @Test(
        "An upstream is read as people type it",
        arguments: [
            ("system", .system), ("recursive", .recursive),
            ("192.0.2.1", .address(IPAddress("192.0.2.1")!, port: 53)),
            ("192.0.2.1:5353", .address(IPAddress("192.0.2.1")!, port: 5353)),
            ("2001:db8::1", .address(IPAddress("2001:db8::1")!, port: 53)),
            ("[2001:db8::1]:5353", .address(IPAddress("2001:db8::1")!, port: 5353)),
        ] as [(String, ResolverSettings.Upstream)])
    func upstream(text: String, expected: ResolverSettings.Upstream) {
        #expect(ResolverSettings.Upstream(text) == expected)
    }

    @Test(
        "What is no upstream is refused",
        arguments: [
            "", "dns.example", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "[192.0.2.1]:53", ":53", "1.2.3:53",
        ]
    )
    func noUpstream(text: String) {
        #expect(ResolverSettings.Upstream(text) == nil)
    }

    @Test("The library writes nothing to standard error")
    func quiet() async {
        let exit = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            var settings = ResolverSettings(
                upstream: .address(IPAddress("127.0.0.1")!, port: 9), deadline: .milliseconds(100))
            settings.trustAnchors = .file(try temporaryFile(". IN DS 1 8 2 xyz\n"))
            _ = try? UnboundClient(settings)
            settings.trustAnchors = .builtIn
            _ = try? await UnboundClient(settings).lookup(.root, .soa)
        }
        let output = String(decoding: exit?.standardErrorContent ?? [], as: UTF8.self)
        #expect(output == "")
    }
}

func temporaryFile(_ text: String) throws -> String {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("mailgrade-\(UUID().uuidString)")
    try text.write(to: file, atomically: true, encoding: .utf8)
    return file.path
}

func threadCount() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
}
