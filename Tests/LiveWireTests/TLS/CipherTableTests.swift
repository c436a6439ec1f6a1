import COpenSSL
import MailModel
import Testing

@testable import LiveWire

@Suite("The table of cipher suites against OpenSSL")
struct CipherTableTests {
    @Test("names every suite of this OpenSSL as OpenSSL does, with the same number of bits")
    func agreesWithOpenSSL() throws {
        OpenSSL.start()
        let context = try #require(SSL_CTX_new(TLS_method()))
        defer { SSL_CTX_free(context) }
        #expect(SSL_CTX_set_cipher_list(context, "ALL:COMPLEMENTOFALL:@SECLEVEL=0") == 1)
        let list = try #require(SSL_CTX_get_ciphers(context))
        #expect(OPENSSL_sk_num(list) > 100)
        for index in 0..<OPENSSL_sk_num(list) {
            let cipher = OpaquePointer(try #require(OPENSSL_sk_value(list, index)))
            let suite = try #require(CipherSuite.with(code: SSL_CIPHER_get_protocol_id(cipher)))
            #expect(suite.openSSLName == String(cString: try #require(SSL_CIPHER_get_name(cipher))))
            #expect(suite.name == String(cString: try #require(SSL_CIPHER_standard_name(cipher))))
            var nominal: Int32 = 0
            _ = SSL_CIPHER_get_bits(cipher, &nominal)
            #expect(Int(nominal) == suite.bits, "\(suite.name)")
            #expect((SSL_CIPHER_is_aead(cipher) == 1) == suite.isAEAD, "\(suite.name)")
        }
    }
}
