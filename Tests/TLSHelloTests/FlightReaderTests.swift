import MailModel
import Testing

@testable import TLSHello

@Suite("Reading a server's flight")
struct FlightReaderTests {
    @Test("a flight of TLS 1.2 shows suite, extensions, certificates, staple, curve and signature")
    func wholeFlight() throws {
        let choice = try #require(read(Flight.tls12).choice)
        #expect(choice.version == .tls12 && choice.suite == 0xC02F && choice.group == 0x001D)
        #expect(choice.signatureScheme == 0x0804 && choice.certificates == [[1, 2, 3], [4, 5]])
        #expect(choice.staple == [6, 6, 6] && choice.has(.renegotiationInfo) && choice.has(.extendedMasterSecret))
        #expect(!choice.isRetryRequest && choice.compression == 0 && !choice.has(.encryptThenMAC))
    }

    @Test("the answer is decided as soon as the question is")
    func depths() {
        let hello = Flight.record(22, Flight.serverHello(suite: 0xC02F))
        #expect(read(hello, .choice).choice?.suite == 0xC02F)
        var reader = FlightReader(.sample(.keyExchange))
        #expect(reader.append(hello) == nil)
        #expect(reader.append(Flight.record(22, Flight.curveKey(0x0017)))?.choice?.group == 0x0017)
        var staticRSA = FlightReader(.sample(.keyExchange))
        #expect(staticRSA.append(Flight.record(22, Flight.serverHello(suite: 0x002F)))?.choice?.suite == 0x002F)
    }

    @Test("a HelloRetryRequest names the group and the suite of TLS 1.3")
    func retryRequest() throws {
        let bytes = Flight.record(22, Flight.retryRequest(suite: 0x1302, group: 0x11EC)) + Flight.record(20, [1])
        let choice = try #require(read(bytes).choice)
        #expect(choice.version == .tls13 && choice.suite == 0x1302 && choice.group == 0x11EC && choice.isRetryRequest)
    }

    @Test("the key that the server made is told by its digest, and a HelloRetryRequest has none")
    func keyShares() throws {
        let share = [UInt8](repeating: 5, count: 32)
        let hello = Flight.serverHello(
            suite: 0x1301, extensions: [(43, [3, 4]), (51, Flight.number(0x001D) + Flight.vector(2, share))])
        #expect(read(Flight.record(22, hello)).choice?.keyShare == SHA256.hex(share))
        #expect(read(Flight.tls12).choice?.keyShare == SHA256.hex([4, 1, 2]))
        let field = Flight.record(22, Flight.serverHello(suite: 0x0033) + Flight.fieldKey([9, 9]) + Flight.done)
        #expect(read(field).choice?.keyShare == SHA256.hex([5]))
        let retry = Flight.record(22, Flight.retryRequest(suite: 0x1302, group: 0x11EC)) + Flight.record(20, [1])
        #expect(try #require(read(retry).choice).keyShare == nil)
    }

    @Test("messages may share a record or be spread over many")
    func fragments() {
        let messages = Flight.serverHello(suite: 0xC02F) + Flight.curveKey(0x0018) + Flight.done
        #expect(read(Flight.record(22, messages)).choice?.group == 0x0018)
        let scattered = messages.flatMap { Flight.record(22, [$0]) }
        #expect(read(scattered).choice?.group == 0x0018)
    }

    @Test("Diffie-Hellman shows the size of its prime, who else uses it, and the generator")
    func finiteField() throws {
        let prime = [0, 0] + [UInt8](repeating: 0x7F, count: 128)
        let flight = Flight.record(22, Flight.serverHello(suite: 0x0033) + Flight.fieldKey(prime) + Flight.done)
        let choice = try #require(read(flight).choice)
        let digest = SHA256.hex(prime.dropFirst(2))
        #expect(choice.parameters == .finiteField(bits: 1023, primeDigest: digest, generator: 2))
        #expect(choice.signatureScheme == 0x0401 && choice.group == nil)
    }

    @Test("before TLS 1.2 and without authentication there is no signature scheme")
    func noScheme() throws {
        let old = Flight.record(
            22, Flight.serverHello(0x0301, suite: 0xC014) + Flight.curveKey(0x0017, scheme: nil) + Flight.done)
        #expect(try #require(read(old).choice).signatureScheme == nil)
        let anonymous = Flight.record(
            22, Flight.serverHello(suite: 0xC018) + Flight.curveKey(0x0017, scheme: nil) + Flight.done)
        #expect(try #require(read(anonymous).choice).signatureScheme == nil)
    }

    @Test("an export suite brings an RSA key of its own, and a curve may be spelt out")
    func oddKeys() throws {
        let key = Flight.message(
            12, Flight.vector(2, [UInt8](repeating: 0xFF, count: 64)) + Flight.vector(2, [3]) + Flight.vector(2, [9]))
        let export = Flight.record(22, Flight.serverHello(0x0301, suite: 0x0003) + key + Flight.done)
        #expect(read(export).choice?.parameters == .rsa(bits: 512))
        let curve = Flight.record(22, Flight.serverHello(suite: 0xC02F) + Flight.message(12, [1, 0, 0]) + Flight.done)
        #expect(read(curve).choice?.parameters == .explicitCurve)
    }

    @Test("a fatal alert is the answer, a warning is not")
    func alerts() {
        #expect(read(Flight.record(21, [2, 40])) == .alert(TLSAlert(code: 40)))
        #expect(read(Flight.record(21, [2]) + Flight.record(21, [70])) == .alert(TLSAlert(code: 70)))
        // Whatever version the record claims.
        for version: [UInt8] in [[0, 0], [0, 2], [2, 0], [254, 255]] {
            #expect(read([21] + version + [0, 2, 2, 70]) == .alert(TLSAlert(code: 70)))
        }
        let warned = Flight.record(21, [1, 112]) + Flight.tls12
        #expect(read(warned).choice?.suite == 0xC02F)
        #expect("\(TLSAlert(code: 71))" == "insufficient_security")
    }

    @Test("SSL 2.0 lists its ciphers and shows a certificate")
    func ssl2() throws {
        let body: [UInt8] =
            [4, 0, 1, 0, 2, 0, 3, 0, 6, 0, 2] + [7, 8, 9] + [1, 0, 0x80, 7, 0, 0xC0] + [5, 5]
        let choice = try #require(read([0x80, UInt8(body.count)] + body, ssl2: true).choice)
        #expect(choice.version == .ssl2 && choice.ssl2Ciphers == [0x010080, 0x0700C0])
        #expect(choice.certificates == [[7, 8, 9]])
        #expect(read([0x80, 3, 0, 0, 1], ssl2: true) == .unreadable("malformed TLS: message 0 of SSL 2.0"))
        #expect(read(Flight.record(21, [2, 70]), ssl2: true) == .alert(TLSAlert(code: 70)))
    }

    @Test("silence, cut answers and other protocols are told apart")
    func failures() {
        #expect(read([]) == .hungUp)
        #expect(read(Array(Flight.tls12.prefix(20))) == .unreadable("the server closed within its answer"))
        #expect(read(Array("454 later\r\n".utf8)) == .unreadable("the answer is not TLS: 454 later\\u{d}\\u{a}"))
    }

    @Test(
        "what breaks the standard is refused with a reason",
        arguments: [
            (Flight.record(22, Flight.done), "handshake message 14 before the ServerHello"),
            (Flight.record(22, []), "an empty handshake record"),
            (Flight.record(22, Flight.serverHello(0x0305, suite: 1)), "a version of number 773"),
            (Flight.record(22, Flight.message(2, [3, 3, 1])), "the ServerHello ends too early"),
            ([22, 3, 3, 0xFF, 0xFF], "too much TLS: a record of 65535 octets"),
            (Flight.record(22, [2, 0xFF, 0xFF, 0xFF]), "too much TLS: a handshake message of 16777215 octets"),
        ])
    func malformed(bytes: [UInt8], reason: String) {
        guard case .unreadable(let text) = read(bytes) else {
            Issue.record("not refused")
            return
        }
        #expect(text.hasSuffix(reason))
    }

    @Test("a choice stands even when the rest of the flight is garbage")
    func garbageBehindTheChoice() {
        let hello = Flight.record(22, Flight.serverHello(suite: 0xC02F))
        #expect(read(hello + [99, 99, 99]).choice?.suite == 0xC02F)
        let chain = Flight.record(22, Flight.certificates(Array(repeating: [1], count: 21)))
        #expect(read(hello + chain).choice?.certificates.isEmpty == true)
    }

    @Test("more than 256 KiB are not read")
    func flood() {
        var reader = FlightReader(.sample(.flight))
        let noise = Flight.record(21, [1, 1] + [UInt8](repeating: 1, count: 16_000))
        var pieces = 0
        while reader.append(noise) == nil { pieces += 1 }
        #expect(pieces == 16)
        #expect(reader.answer == .unreadable("too much TLS: a flight of more than 262144 octets"))
    }
}
