import COpenSSL

@testable import LiveWire

/// OCSP responses, made in memory.
enum TestOCSP {
    /// A response about `leaf`, signed by `signer` (the issuer, unless another is named), DER.
    static func response(
        about leaf: TestIdentity, of issuer: TestIdentity, status: Int32 = V_OCSP_CERTSTATUS_GOOD,
        signedBy signer: TestIdentity? = nil, seconds: ClosedRange<Int> = -60...3600
    ) -> [UInt8] {
        let basic = made(OCSP_BASICRESP_new())
        defer { OCSP_BASICRESP_free(basic) }
        let identity = made(OCSP_cert_to_id(EVP_sha1(), leaf.certificate.pointer, issuer.certificate.pointer))
        defer { OCSP_CERTID_free(identity) }
        let times = [seconds.lowerBound, seconds.upperBound].map { made(X509_gmtime_adj(nil, $0)) }
        defer { times.forEach { ASN1_STRING_free($0) } }
        let revoked = status == V_OCSP_CERTSTATUS_REVOKED ? times[0] : nil
        _ = made(OCSP_basic_add1_status(basic, identity, status, 0, revoked, times[0], times[1]))
        let signer = signer ?? issuer
        precondition(
            OCSP_basic_sign(basic, signer.certificate.pointer, signer.key.pointer, EVP_sha256(), nil, 0) == 1)
        return encoded(made(OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic)))
    }

    /// A response in which the CA gives no answer.
    static func refusal() -> [UInt8] { encoded(made(OCSP_response_create(OCSP_RESPONSE_STATUS_TRYLATER, nil))) }

    private static func encoded(_ response: OpaquePointer) -> [UInt8] {
        defer { OCSP_RESPONSE_free(response) }
        var pointer: UnsafeMutablePointer<UInt8>?
        let length = i2d_OCSP_RESPONSE(response, &pointer)
        defer { shim_OPENSSL_free(pointer) }
        return Array(UnsafeBufferPointer(start: pointer, count: Int(length)))
    }
}
