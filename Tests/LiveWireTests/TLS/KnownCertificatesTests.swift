import MailModel
import Testing

@testable import LiveWire

@Suite("Certificates that were read before")
struct KnownCertificatesTests {
    private static func der(_ names: String = "DNS:mx.example") -> [UInt8] {
        var request = TestIdentity.Request()
        request.alternativeNames = names
        let handle = TestIdentity.make(request, by: TestPKI.shared.intermediate).certificate
        return withExtendedLifetime(handle) { DER.certificate(handle.pointer) }
    }

    @Test("the second time the same object comes, with the same fields as from its bytes")
    func again() throws {
        let known = KnownCertificates()
        let der = Self.der()
        let first = try #require(known.read(der))
        let second = try #require(known.read(der))
        #expect(first.handle === second.handle)
        #expect(second.fields == X509Handle(der: der).map(CertificateReader.read))
        #expect(known.count == 1)
    }

    @Test("what is no certificate is none, each time")
    func garbage() {
        let known = KnownCertificates()
        #expect(known.read([1, 2, 3])?.handle == nil)
        #expect(known.read([])?.handle == nil)
        #expect(known.count == 0)
    }

    @Test("no more are kept than the limit, and no large ones")
    func bounds() throws {
        let known = KnownCertificates(limit: 2)
        for _ in 0..<5 {
            _ = try #require(known.read(Self.der()))
            #expect(known.count <= 2)
        }
        let before = known.count
        let large = Self.der((0..<800).map { "DNS:host\($0).example" }.joined(separator: ","))
        #expect(large.count > KnownCertificates.largest)
        #expect(try #require(known.read(large)).fields.dnsNames.count == 800)
        #expect(known.count == before)
    }
}
