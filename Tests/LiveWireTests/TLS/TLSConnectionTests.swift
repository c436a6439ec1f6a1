import MailModel
import NIOCore
import Testing

@testable import LiveWire

@Suite("A TLS session in memory")
struct TLSConnectionTests {
    private let pki = TestPKI.shared

    @Test("completes when every byte comes alone", arguments: [TLSVersion.tls10, .tls11, .tls12, .tls13])
    func byteByByte(version: TLSVersion) throws {
        let client = try TLSContext().session(TLSOffer(versions: version...version, serverName: nil))
        let server = try ServerTLS(pki.leaf, chain: [pki.intermediate]).session()
        var isDone = (client: false, server: false)
        for _ in 0..<10 where !(isDone.client && isDone.server) {
            isDone.client = try Self.step(client, from: server) || isDone.client
            isDone.server = try Self.step(server, from: client) || isDone.server
        }
        #expect(isDone.client && isDone.server)
        let facts = client.facts()
        #expect(facts.version == version)
        #expect(facts.chain.count == 2)
        #expect(server.write(ByteBuffer(string: "250 ok\r\n")) == .done)
        var plaintext = ByteBuffer()
        for byte in server.takeOutput(ByteBufferAllocator())?.readableBytesView ?? .init() {
            client.receive(ByteBuffer(bytes: [byte]))
            #expect(client.read(into: &plaintext) == .wantsMore)
        }
        #expect(String(buffer: plaintext) == "250 ok\r\n")
    }

    @Test("TLS-20: reads from the ticket how much early data a server would take", arguments: [UInt32(0), 16_384])
    func earlyData(limit: UInt32) throws {
        let client = try TLSContext().session(TLSOffer(versions: .tls13 ... .tls13, serverName: nil))
        let server = try ServerTLS(pki.leaf, earlyData: limit).session()
        #expect(client.newTicket() == nil)
        for _ in 0..<4 {
            _ = try Self.step(client, from: server)
            _ = try Self.step(server, from: client)
        }
        #expect(server.write(ByteBuffer(string: "250 ok\r\n")) == .done)
        client.receive(try #require(server.takeOutput(ByteBufferAllocator())))
        var plaintext = ByteBuffer()
        #expect(client.read(into: &plaintext) == .wantsMore)
        #expect(client.newTicket() == TLSTicket(maxEarlyData: limit))
        #expect(client.newTicket() == nil)
    }

    @Test("TLS-19: notes the extensions that the server answers with")
    func extensions() throws {
        let client = try TLSContext().session(TLSOffer(versions: .tls12 ... .tls12, serverName: nil))
        let server = try ServerTLS(pki.leaf).session()
        for _ in 0..<4 {
            _ = try Self.step(client, from: server)
            _ = try Self.step(server, from: client)
        }
        let facts = client.facts()
        #expect(facts.extensions.contains(23) && facts.extensions.contains(0xFF01))
        #expect(facts.extendedMasterSecret && facts.secureRenegotiation)
    }

    @Test(
        "notes whether the server asks for a certificate of ours", arguments: [TLSVersion.tls12, .tls13], [true, false])
    func certificateRequest(version: TLSVersion, asks: Bool) throws {
        let client = try TLSContext().session(TLSOffer(versions: version...version, serverName: nil))
        let server = try ServerTLS(pki.leaf, asksForCertificate: asks).session()
        for _ in 0..<4 {
            _ = try Self.step(client, from: server)
            _ = try Self.step(server, from: client)
        }
        #expect(client.facts().asksForCertificate == asks)
        #expect(!server.facts().asksForCertificate)
    }

    @Test("sends the host as SNI, or none")
    func serverName() throws {
        func hello(_ name: DomainName?) throws -> [UInt8] {
            let session = try TLSContext().session(TLSOffer(serverName: name))
            #expect(session.handshake() == .wantsMore)
            return Array(try #require(session.takeOutput(ByteBufferAllocator())).readableBytesView)
        }
        let name = Array("mx.example".utf8)
        #expect(try hello(MailServer.loopback.host).firstRange(of: name) != nil)
        #expect(try hello(nil).firstRange(of: name) == nil)
    }

    @Test("offers no version that OpenSSL has not, instead of another one")
    func oldVersions() throws {
        #expect(throws: WireFailure.local("OpenSSL does not speak SSL 3.0")) {
            try TLSContext().session(TLSOffer(versions: .ssl3 ... .tls12, serverName: nil))
        }
    }

    @Test("offers no suite that hides the certificate")
    func suites() throws {
        let session = try TLSContext().session(TLSOffer(versions: .tls10 ... .tls12, serverName: nil))
        _ = session.handshake()
        let hello = Array(try #require(session.takeOutput(ByteBufferAllocator())).readableBytesView)
        // Record header 5, handshake header 4, version 2, random 32, then the session id and the suites.
        let start = 43 + 1 + Int(hello[43])
        let length = Int(hello[start]) << 8 | Int(hello[start + 1])
        let suites = stride(from: start + 2, to: start + 2 + length, by: 2).map {
            Int(hello[$0]) << 8 | Int(hello[$0 + 1])
        }
        #expect(suites.contains(0xC02F) && suites.contains(0x002F))
        let hidden = [
            0x0018, 0x001B, 0x0034, 0x003A, 0x006C, 0x006D, 0x00A6, 0x00A7, 0xC018, 0xC019, 0x0001, 0x0002, 0x003B,
        ]
        #expect(suites.filter(hidden.contains) == [])
    }

    /// Gives a side the other's output byte by byte; says whether its handshake is complete.
    private static func step(_ side: TLSConnection, from other: TLSConnection) throws -> Bool {
        var isDone = false
        func advance() throws {
            guard !isDone else { return }
            switch side.handshake() {
            case .done: isDone = true
            case .wantsMore: break
            case let progress: throw WireFailure.protocolError("\(progress)")
            }
        }
        try advance()
        for byte in other.takeOutput(ByteBufferAllocator())?.readableBytesView ?? .init() {
            side.receive(ByteBuffer(bytes: [byte]))
            try advance()
        }
        return isDone
    }
}
