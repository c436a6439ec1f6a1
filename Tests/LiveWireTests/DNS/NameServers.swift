import Foundation
import Glibc
import LiveWire
import MailModel

/// The name servers of the script `name-servers`, started once for all tests. They end with this process, however it
/// ends: the script waits for the end of its standard input.
final class NameServers: Sendable {
    /// A server of the fixture that a resolver can be pointed at.
    enum Upstream: String, CaseIterable, Sendable {
        /// Authoritative for every zone of the fixture.
        case nsd
        /// A validating recursive server in front of it.
        case unbound
        /// As `nsd`, but all signatures are gone.
        case stripped
        /// Takes questions and never answers.
        case silent
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Started on a thread of its own: waiting for a script must not hold up the tests that measure time.
    private static let running = Task {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try started() }) }
        }
    }

    /// Somebody else may take a port between our look at it and the server's: then others are tried.
    private static func started() throws -> NameServers {
        for _ in 1...2 {
            if let servers = try? NameServers() { return servers }
        }
        return try NameServers()
    }

    static func shared() async throws -> NameServers { try await running.value }

    private let ports: [Upstream: UInt16]
    private let anchor: String
    /// Held so that they stay open: the silent server's socket, and the script's standard input.
    private let silent: Int32
    private let input: FileHandle

    private init() throws {
        let sockets = try Upstream.allCases.map { _ in try Self.bindLoopback() }
        let ports = Dictionary(uniqueKeysWithValues: zip(Upstream.allCases, sockets.map(\.port)))
        guard let silent = sockets.last?.descriptor else { throw Failure(description: "no socket") }
        sockets.dropLast().forEach { close($0.descriptor) }

        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("name-servers")
        let process = Process()
        let input = Pipe()
        let output = Pipe()
        process.executableURL = script
        process.arguments = [Upstream.nsd, .stripped, .unbound, .silent].map { "\(ports[$0] ?? 0)" }
        process.standardInput = input
        process.standardOutput = output
        try process.run()

        let line = Self.firstLine(of: output.fileHandleForReading)
        guard line.hasPrefix("anchor ") else {
            throw Failure(description: "The name servers of the test did not start: \(line)")
        }
        self.ports = ports
        self.silent = silent
        self.input = input.fileHandleForWriting
        anchor = String(line.dropFirst("anchor ".count))
    }

    /// The port of a server on 127.0.0.1.
    func port(_ upstream: Upstream) -> UInt16 { ports[upstream] ?? 0 }

    /// Settings that ask one of the servers and trust the fixture's root.
    func settings(_ upstream: Upstream, deadline: Duration = .seconds(10)) -> ResolverSettings {
        ResolverSettings(
            upstream: .address(IPAddress("127.0.0.1")!, port: port(upstream)), trustAnchors: .file(anchor),
            deadline: deadline)
    }

    /// A fresh client, with an empty cache.
    static func client(_ upstream: Upstream, deadline: Duration = .seconds(10)) async throws -> UnboundClient {
        try await UnboundClient(shared().settings(upstream, deadline: deadline))
    }

    static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = port.bigEndian
        return address
    }

    /// A UDP socket on a port of its own.
    static func bindLoopback() throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, size) == 0 ? getsockname(descriptor, generic, &size) : -1
            }
        }
        guard status == 0 else { throw Failure(description: "no UDP port on 127.0.0.1") }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    private static func firstLine(of handle: FileHandle) -> String {
        var line: [UInt8] = []
        while let byte = try? handle.read(upToCount: 1), let value = byte.first, value != 0x0A { line.append(value) }
        return String(decoding: line, as: UTF8.self)
    }
}
