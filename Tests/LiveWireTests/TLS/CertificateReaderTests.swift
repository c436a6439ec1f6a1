import COpenSSL
import FoundationEssentials
import MailModel
import Testing

@testable import LiveWire

@Suite("Reading certificates")
struct CertificateReaderTests {
    private static func read(_ change: (inout TestIdentity.Request) -> Void = { _ in }) -> Certificate {
        var request = TestIdentity.Request()
        change(&request)
        return CertificateReader.read(TestIdentity.make(request, by: TestPKI.shared.intermediate).certificate)
    }

    @Test("reads every field")
    func fields() throws {
        let certificate = Self.read {
            $0.alternativeNames = "DNS:mx.example,IP:192.0.2.1,DNS:*.Example,email:a@b.example"
        }
        #expect(certificate.subject == "CN=leaf.example,O=Test")
        #expect(certificate.issuer == "CN=Intermediate,O=Test")
        #expect(certificate.commonName == "leaf.example")
        #expect(certificate.dnsNames == ["mx.example", "*.Example"])
        #expect(certificate.key.algorithm == "EC")
        #expect(certificate.key.bits == 256)
        #expect(certificate.key.curve == "secp256r1")
        #expect(certificate.key.sha256.count == 64)
        #expect(certificate.signatureHash == "SHA256")
        #expect(certificate.signatureAlgorithm == "ecdsa-with-SHA256")
        #expect(!certificate.isCA && !certificate.isSelfIssued)
        #expect(abs(certificate.notBefore.timeIntervalSinceNow + 86400) < 60)
        #expect(abs(certificate.notAfter.timeIntervalSinceNow - 90 * 86400) < 60)
        #expect(
            certificate.serial.utf8.allSatisfy { "0123456789ABCDEF".utf8.contains($0) } && !certificate.serial.isEmpty)
        #expect(X509Handle(der: Array(certificate.der)).map(CertificateReader.read) == certificate)
    }

    @Test("PKIX-04: reads what the key may be used for, and whether the certificate says")
    func keyUsage() {
        #expect(Self.read().keyUsage == ["digitalSignature"])
        #expect(
            Self.read { $0.keyUsage = "critical,keyEncipherment,keyAgreement,decipherOnly" }.keyUsage
                == ["keyEncipherment", "keyAgreement", "decipherOnly"])
        #expect(Self.read { $0.keyUsage = nil }.keyUsage == nil)
    }

    @Test("TLS-25: reads whether a staple is a must")
    func mustStaple() {
        #expect(Self.read().mustStaple == false)
        #expect(Self.read { $0.extra = [(NID_tlsfeature, "status_request")] }.mustStaple == true)
        #expect(Self.read { $0.extra = [(NID_tlsfeature, "status_request_v2")] }.mustStaple == false)
    }

    @Test("reads whether the certificate says where its issuer and an OCSP responder are")
    func places() {
        func places(_ value: String?) -> [Bool?] {
            let certificate = Self.read { $0.extra = value.map { [(NID_info_access, $0)] } ?? [] }
            return [certificate.namesResponder, certificate.namesIssuer]
        }
        #expect(places(nil) == [false, false])
        #expect(places("OCSP;URI:http://ocsp.example/") == [true, false])
        #expect(places("caIssuers;URI:http://ca.example/r3.der") == [false, true])
        #expect(places("OCSP;URI:http://a.example/,caIssuers;URI:http://a.example/") == [true, true])
    }

    @Test("counts embedded certificate timestamps, and survives a list that is none")
    func timestamps() {
        // Version 1, log id, time, no extensions, SHA-256 with ECDSA, a signature of two octets. RFC 6962, section 3.3.
        let one = [UInt8](repeating: 0, count: 1 + 32 + 8 + 2) + [4, 3, 0, 2, 0xAB, 0xCD]
        let entry = [0, UInt8(one.count)] + one
        let list = [0, UInt8(entry.count * 2)] + entry + entry
        let der = [4, UInt8(list.count)] + list
        let text = der.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined(separator: ":")
        #expect(Self.read { $0.extra = [(NID_ct_precert_scts, "DER:" + text)] }.timestamps == 2)
        #expect(Self.read { $0.extra = [(NID_ct_precert_scts, "DER:05:00")] }.timestamps == 0)
        #expect(Self.read().timestamps == 0)
    }

    @Test("reads a root as a CA that issued itself")
    func root() {
        let root = CertificateReader.read(TestPKI.shared.root.certificate)
        #expect(root.isCA && root.isSelfIssued)
        #expect(root.dnsNames == [])
    }

    @Test("names keys and signatures as the standards do")
    func keys() {
        let rsa = Self.read {
            $0.key = .rsa1024
            $0.hash = EVP_sha1()
        }
        #expect(rsa.key.algorithm == "RSA")
        #expect(rsa.key.bits == 1024)
        #expect(rsa.key.curve == nil)
        #expect(rsa.signatureHash == "SHA1")
        #expect(Self.read { $0.key = TestKey(curve: "P-384") }.key.curve == "secp384r1")
        var request = TestIdentity.Request()
        request.key = .rsa2048
        let selfSigned = CertificateReader.read(TestIdentity.make(request).certificate)
        #expect(selfSigned.signatureAlgorithm == "sha256WithRSAEncryption")
    }

    @Test("escapes what no host name holds, so that it never matches one")
    func hostileNames() {
        let certificate = Self.read {
            $0.alternativeNames = nil
            // dNSName entries with a NUL ("a\0b"), a byte outside ASCII, a blank and a backslash.
            $0.extra = [(NID_subject_alt_name, "DER:30:10:82:03:61:00:62:82:02:e9:78:82:02:20:61:82:01:5c")]
        }
        #expect(certificate.dnsNames == [#"a\000b"#, #"\233x"#, #"\032a"#, #"\\"#])
    }

    @Test("takes an extension that cannot be read for one that names nothing")
    func broken() {
        let certificate = Self.read {
            $0.alternativeNames = nil
            $0.extra = [(NID_subject_alt_name, "DER:30:ff:82")]
        }
        #expect(certificate.dnsNames == [])
        #expect(certificate.commonName == "leaf.example")
    }

    @Test("keeps a name with special characters readable")
    func specialCharacters() {
        let certificate = Self.read { $0.subject = "Bücher, \"A+B\" GmbH" }
        #expect(certificate.subject == #"CN=B\#u{FC}cher\, \"A\+B\" GmbH,O=Test"#)
        #expect(certificate.commonName == "Bücher, \"A+B\" GmbH")
    }

    @Test("refuses bytes that are no certificate", arguments: [[], [0x30], Array(repeating: 0xFF, count: 64)])
    func garbage(bytes: [UInt8]) {
        #expect(X509Handle(der: bytes) == nil)
    }
}
