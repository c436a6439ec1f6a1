import MailModel
import Testing

@testable import TLSHello

@Suite("Writing a ClientHello")
struct ClientHelloTests {
    private func hello(_ offer: HelloOffer) throws -> Dissected {
        var dice = Dice(state: 1)
        return try Dissected(ClientHello.record(offer, using: &dice))
    }

    @Test("TLS-07: TLS 1.3 comes with its versions and an empty list of keys, in a record that says 03,01")
    func tls13() throws {
        let hello = try hello(
            HelloOffer(versions: [.tls13, .tls12], suites: [0x1301, 0xC02F], groups: [29, 23], serverName: nil))
        #expect(hello.recordVersion == 0x0301 && hello.version == 0x0303 && hello.suites == [0x1301, 0xC02F])
        #expect(hello.extensions[43] == [4, 3, 4, 3, 3])
        #expect(hello.extensions[51] == [0, 0])
        #expect(hello.extensions[10] == [0, 4, 0, 29, 0, 23])
        #expect(hello.extensions[13] != nil && hello.extensions[0] == nil)
    }

    @Test("an old version is said in the old place, without what it does not know")
    func tls10() throws {
        let hello = try hello(HelloOffer(versions: [.tls10], suites: [0xC013], groups: [23]))
        #expect(hello.version == 0x0301 && hello.recordVersion == 0x0301)
        #expect(hello.extensions[43] == nil && hello.extensions[51] == nil && hello.extensions[13] == nil)
        #expect(hello.extensions[0xFF01] == [0])
    }

    @Test("SSL 3.0 has no extensions; a signal takes the place of one")
    func ssl3() throws {
        let hello = try hello(HelloOffer(versions: [.ssl3], suites: [0x0005]))
        #expect(hello.version == 0x0300 && hello.recordVersion == 0x0300 && hello.extensions.isEmpty)
        #expect(hello.suites == [0x0005, 0x00FF])
    }

    @Test("SSL 2.0 has a hello of its own with seven ciphers, and stands alone")
    func ssl2() throws {
        let bytes = try ClientHello.record(HelloOffer(versions: [.ssl2], suites: []))
        #expect(bytes.count == 2 + 9 + 21 + 16)
        #expect(Array(bytes.prefix(5)) == [0x80, 46, 1, 0, 2])
        #expect(throws: HelloError.self) { try ClientHello.record(HelloOffer(versions: [.ssl2, .tls10], suites: [])) }
        #expect(throws: HelloError.self) { try ClientHello.record(HelloOffer(versions: [], suites: [])) }
    }

    @Test("the name of the host goes into SNI")
    func serverName() throws {
        let name = DomainName(labels: [Array("mx".utf8), Array("example".utf8)])
        let hello = try hello(HelloOffer(versions: [.tls12], suites: [0xC02F], serverName: name))
        #expect(hello.extensions[0] == [0, 13, 0, 0, 10] + Array("mx.example".utf8))
    }

    @Test("every extension that is asked for is there once", arguments: HelloOffer.Extension.allCases)
    func extensions(kind: HelloOffer.Extension) throws {
        let with = try hello(HelloOffer(versions: [.tls12], suites: [1], extensions: [kind]))
        let without = try hello(HelloOffer(versions: [.tls12], suites: [1], extensions: []))
        #expect(with.extensions[kind.rawValue] != nil && without.extensions[kind.rawValue] == nil)
    }

    @Test("compression is offered only on request, and never alone")
    func compression() throws {
        #expect(try hello(HelloOffer(versions: [.tls12], suites: [1])).compression == [0])
        #expect(try hello(HelloOffer(versions: [.tls12], suites: [1], offersCompression: true)).compression == [1, 0])
    }

    @Test("no message has between 256 and 511 octets, the sizes that some load balancers hang on")
    func padding() throws {
        for count in 1...300 {
            let offer = HelloOffer(versions: [.tls12], suites: [UInt16](repeating: 0xC02F, count: count))
            let size = try ClientHello.record(offer).count - 5
            #expect(!(256...511).contains(size), "\(count) suites")
        }
    }

    @Test("every suite there is fits into one record; 64 KiB do not")
    func size() throws {
        let all = HelloOffer(versions: [.tls13, .tls12], suites: CipherSuite.all.map(\.code))
        #expect(try hello(all).suites.count == CipherSuite.all.count)
        let tooMany = HelloOffer(versions: [.tls12], suites: [UInt16](repeating: 1, count: 40_000))
        #expect(throws: HelloError.offerTooLarge) { try ClientHello.record(tooMany) }
    }
}

/// A ClientHello taken apart again, as a server would.
struct Dissected {
    var recordVersion: UInt16
    var version: UInt16
    var suites: [UInt16] = []
    var compression: [UInt8]
    var extensions: [UInt16: [UInt8]] = [:]

    init(_ bytes: [UInt8]) throws {
        var record = ByteReader(bytes[...], "a record")
        #expect(try record.uint8() == 22)
        recordVersion = try record.uint16()
        var message = try record.reader(2)
        #expect(record.isEmpty)
        #expect(try message.uint8() == 1)
        var body = try message.reader(3)
        #expect(message.isEmpty)
        version = try body.uint16()
        _ = try body.bytes(32)
        #expect(try body.vector(1).isEmpty)
        var list = try body.reader(2)
        while !list.isEmpty { suites.append(try list.uint16()) }
        compression = Array(try body.vector(1))
        guard !body.isEmpty else { return }
        var all = try body.reader(2)
        #expect(body.isEmpty)
        while !all.isEmpty {
            let number = try all.uint16()
            #expect(extensions[number] == nil)
            extensions[number] = Array(try all.vector(2))
        }
    }
}
