import MailModel
import Testing

@Suite("The table of cipher suites")
struct CipherSuiteTests {
    @Test("holds every registered suite and the historic ones, none twice")
    func counts() {
        #expect(CipherSuite.all.count { $0.recommended != nil } == 354)
        #expect(CipherSuite.all.count { $0.recommended == nil } == 66)
        #expect(Set(CipherSuite.all.map(\.code)).count == CipherSuite.all.count)
        #expect(Set(CipherSuite.all.map(\.name)).count == CipherSuite.all.count)
        let openSSL = CipherSuite.all.compactMap(\.openSSLName)
        #expect(Set(openSSL).count == openSSL.count)
    }

    @Test("knows what the registry recommends, and what RFC 9847 and RFC 10015 discourage")
    func recommended() {
        #expect(CipherSuite.all.count { $0.recommended == .yes } == 14)
        #expect(CipherSuite.all.count { $0.recommended == .discouraged } == 248)
    }

    @Test(
        "takes a suite apart as its name says",
        arguments: [
            ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "C02F ECDHE RSA AES GCM 128 AEAD TLSv1.2"),
            ("TLS_RSA_WITH_3DES_EDE_CBC_SHA", "A RSA RSA 3DES CBC 168 SHA1 SSLv3"),
            ("TLS_RSA_EXPORT_WITH_RC4_40_MD5", "3 RSA RSA export RC4 stream 40 MD5 SSLv3"),
            ("TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA", "14 DHE RSA export DES CBC 40 SHA1 SSLv3"),
            ("TLS_KRB5_EXPORT_WITH_DES_CBC_40_SHA", "26 KRB5 KRB5 export DES CBC 40 SHA1 SSLv3"),
            ("TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5", "6 RSA RSA export RC2 CBC 40 MD5 SSLv3"),
            ("TLS_DH_anon_WITH_AES_256_CBC_SHA", "3A DHE anon AES CBC 256 SHA1 SSLv3"),
            ("TLS_ECDH_anon_WITH_AES_128_CBC_SHA", "C018 ECDHE anon AES CBC 128 SHA1 SSLv3"),
            ("TLS_RSA_WITH_NULL_SHA256", "3B RSA RSA NULL none 0 SHA256 TLSv1.2"),
            ("TLS_SHA256_SHA256", "C0B4 any any NULL none 0 SHA256 TLSv1.3"),
            ("TLS_AES_128_CCM_8_SHA256", "1305 any any AES CCM_8 128 AEAD TLSv1.3"),
            ("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "CCA9 ECDHE ECDSA CHACHA20 POLY1305 256 AEAD TLSv1.2"),
            ("TLS_PSK_DHE_WITH_AES_256_CCM_8", "C0AB DHE_PSK PSK AES CCM_8 256 AEAD TLSv1.2"),
            ("TLS_SM4_GCM_SM3", "C6 any any SM4 GCM 128 AEAD TLSv1.3"),
            ("TLS_ECCPWD_WITH_AES_128_CCM_SHA256", "C0B2 ECCPWD ECCPWD AES CCM 128 AEAD TLSv1.2"),
            ("TLS_RSA_EXPORT1024_WITH_RC4_56_SHA", "64 RSA RSA export RC4 stream 56 SHA1 SSLv3"),
        ])
    func fields(name: String, expected: String) throws {
        let suite = try #require(CipherSuite.named(name))
        let words = [
            String(suite.code, radix: 16, uppercase: true), suite.keyExchange.rawValue, suite.authentication.rawValue,
            suite.isExport ? "export" : nil, suite.cipher.rawValue, suite.mode, "\(suite.bits)", suite.mac,
            suite.oldestVersion.rawValue,
        ]
        #expect(words.compactMap(\.self).joined(separator: " ") == expected)
    }

    @Test("finds a suite by OpenSSL's name and writes unknown numbers as numbers")
    func names() {
        #expect(CipherSuite.named("DES-CBC3-SHA")?.code == 0x000A)
        #expect(CipherSuite.name(of: 0x1301) == "TLS_AES_128_GCM_SHA256")
        #expect(CipherSuite.name(of: 0x0ABC) == "0x0ABC")
    }

    @Test("says which suites have forward secrecy, and which keys are shorter than they look")
    func properties() {
        func suite(_ name: String) -> CipherSuite? { CipherSuite.named(name) }
        #expect(suite("TLS_AES_128_GCM_SHA256")?.hasForwardSecrecy == true)
        #expect(suite("TLS_DHE_RSA_WITH_AES_128_CBC_SHA")?.hasForwardSecrecy == true)
        #expect(suite("TLS_RSA_WITH_AES_128_CBC_SHA")?.hasForwardSecrecy == false)
        #expect(suite("TLS_ECDH_RSA_WITH_AES_128_CBC_SHA")?.hasForwardSecrecy == false)
        #expect(suite("TLS_RSA_WITH_3DES_EDE_CBC_SHA")?.effectiveBits == 112)
        #expect(suite("TLS_RSA_WITH_3DES_EDE_CBC_SHA")?.hasSmallBlocks == true)
        #expect(suite("TLS_RSA_WITH_AES_128_CBC_SHA")?.hasSmallBlocks == false)
    }

    @Test("says which version may use a suite")
    func versions() throws {
        let gcm = try #require(CipherSuite.with(code: 0xC02F))
        #expect(gcm.fits(.tls12) && !gcm.fits(.tls11) && !gcm.fits(.tls13))
        let cbc = try #require(CipherSuite.with(code: 0x002F))
        #expect(cbc.fits(.ssl3) && cbc.fits(.tls12) && !cbc.fits(.tls13) && !cbc.fits(.ssl2))
        #expect(CipherSuite.with(code: 0x1301)?.fits(.tls13) == true)
    }

    @Test("is written the way its generator writes it", .enabled(if: Generator.isAvailable))
    func isCurrent() throws { #expect(try Generator.check() == 0) }
}

@Suite("The table of groups")
struct NamedGroupTests {
    @Test("holds each group once")
    func counts() {
        #expect(NamedGroup.all.count == 54)
        #expect(Set(NamedGroup.all.map(\.code)).count == NamedGroup.all.count)
        #expect(NamedGroup.all.map(\.code) == NamedGroup.all.map(\.code).sorted())
    }

    @Test("knows kind, size and versions")
    func fields() throws {
        let x25519 = try #require(NamedGroup.with(code: 0x001D))
        #expect(x25519.name == "x25519" && x25519.kind == .curve && x25519.fits(.tls10) && x25519.fits(.tls13))
        let hybrid = try #require(NamedGroup.with(code: 0x11EC))
        #expect(hybrid.name == "X25519MLKEM768" && hybrid.isPostQuantum && !hybrid.fits(.tls12))
        let field = try #require(NamedGroup.with(code: 0x0100))
        #expect(field.kind == .finiteField && field.bits == 2048)
        #expect(NamedGroup.with(code: 26)?.fits(.tls13) == false)
        #expect(NamedGroup.name(of: 4242) == "group 4242")
    }
}
