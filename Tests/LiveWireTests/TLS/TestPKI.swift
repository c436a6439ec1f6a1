import COpenSSL
import FoundationEssentials

@testable import LiveWire

/// A private key of a test.
final class TestKey: @unchecked Sendable {
    let pointer: OpaquePointer

    init(curve: String = "P-256") {
        OpenSSL.start()
        pointer = made(shim_EVP_EC_gen(curve))
    }
    /// Made once: an RSA key costs a good part of a second on a busy machine.
    static let rsa1024 = TestKey(rsaBits: 1024)
    static let rsa2048 = TestKey(rsaBits: 2048)

    private init(rsaBits: UInt32) {
        OpenSSL.start()
        pointer = made(shim_EVP_RSA_gen(rsaBits))
    }
    deinit { EVP_PKEY_free(pointer) }
}

/// A certificate with its key, made in memory.
struct TestIdentity: Sendable {
    let certificate: X509Handle
    let key: TestKey

    /// What goes into a certificate; the default is a leaf as a public CA makes it.
    struct Request {
        var subject = "leaf.example"
        var key = TestKey()
        var basicConstraints: String? = "CA:FALSE"
        var keyUsage: String? = "critical,digitalSignature"
        var extendedKeyUsage: String? = "serverAuth"
        var alternativeNames: String? = "DNS:leaf.example"
        var hasKeyIdentifiers = true
        var extra: [(nid: Int32, value: String)] = []
        var daysFromNow = -1...90
        var hash: OpaquePointer? = EVP_sha256()

        static func authority(_ name: String, constraints: String = "critical,CA:TRUE") -> Request {
            Request(
                subject: name, basicConstraints: constraints, keyUsage: "critical,keyCertSign,cRLSign",
                extendedKeyUsage: nil, alternativeNames: nil)
        }
    }

    /// Makes a certificate signed by `issuer`, or by itself.
    static func make(_ request: Request, by issuer: TestIdentity? = nil) -> TestIdentity {
        OpenSSL.start()
        let certificate = made(X509_new())
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), Int.random(in: 1..<1 << 40))
        X509_gmtime_adj(X509_getm_notBefore(certificate), request.daysFromNow.lowerBound * 86400)
        X509_gmtime_adj(X509_getm_notAfter(certificate), request.daysFromNow.upperBound * 86400)
        let name = X509_get_subject_name(certificate)
        X509_NAME_add_entry_by_txt(name, "O", 0x1000, "Test", -1, -1, 0)
        X509_NAME_add_entry_by_txt(name, "CN", 0x1000, request.subject, -1, -1, 0)
        X509_set_issuer_name(certificate, issuer.map { X509_get_subject_name($0.certificate.pointer) } ?? name)
        X509_set_pubkey(certificate, request.key.pointer)

        var context = X509V3_CTX()
        X509V3_set_ctx(&context, issuer?.certificate.pointer ?? certificate, certificate, nil, nil, 0)
        func add(_ nid: Int32, _ value: String?) {
            guard let value else { return }
            let made = made(X509V3_EXT_conf_nid(nil, &context, nid, value))
            X509_add_ext(certificate, made, -1)
            X509_EXTENSION_free(made)
        }
        add(NID_basic_constraints, request.basicConstraints)
        add(NID_key_usage, request.keyUsage)
        add(NID_ext_key_usage, request.extendedKeyUsage)
        add(NID_subject_alt_name, request.alternativeNames)
        if request.hasKeyIdentifiers {
            add(NID_subject_key_identifier, "hash")
            if issuer != nil { add(NID_authority_key_identifier, "keyid") }
        }
        for item in request.extra { add(item.nid, item.value) }
        precondition(X509_sign(certificate, (issuer?.key ?? request.key).pointer, request.hash) > 0)
        return TestIdentity(certificate: X509Handle(adopting: certificate), key: request.key)
    }

    /// The certificate in PEM form.
    var pem: String {
        let output = made(BIO_new(BIO_s_mem()))
        defer { BIO_free(output) }
        PEM_write_bio_X509(output, certificate.pointer)
        var data: UnsafeMutablePointer<CChar>?
        let length = shim_BIO_get_mem_data(output, &data)
        return String(decoding: UnsafeRawBufferPointer(start: data, count: length), as: UTF8.self)
    }
}

/// A small world of certificates: a trusted root, an intermediate and a leaf.
struct TestPKI: Sendable {
    let root = TestIdentity.make(.authority("Root"))
    let intermediate: TestIdentity
    let leaf: TestIdentity
    let trustStore: TrustStore

    static let shared = TestPKI()

    private init() {
        intermediate = .make(.authority("Intermediate"), by: root)
        leaf = .make(.init(), by: intermediate)
        trustStore = .trusting(root)
    }
}

extension TrustStore {
    /// A store made from a PEM file with these certificates.
    static func trusting(_ anchors: TestIdentity...) -> TrustStore {
        made(try? withTemporaryFile(anchors.map(\.pem).joined()) { try TrustStore(caFile: $0) })
    }
}

/// What a test's set-up needs; nothing can be tested without it.
func made<Value>(_ value: Value?) -> Value {
    guard let value else { preconditionFailure("a test could not be set up") }
    return value
}

/// Writes a text to a file that is gone afterwards.
func withTemporaryFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
    let file = FileManager.default.temporaryDirectory.appending(path: "mailgrade-\(UUID()).pem")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try body(file.path())
}
