internal import COpenSSL
internal import FoundationEssentials
internal import Glibc
internal import MailModel

/// Reads the OCSP response that a server staples (RFC 6960) and verifies who signed it. Dates are judged elsewhere.
struct OCSPReader {
    /// The chain that the staple came with, the leaf first.
    let chain: [X509Handle]
    let anchors: TrustStore

    func read(_ der: [UInt8]) -> OCSPStaple {
        withExtendedLifetime((chain, anchors)) {
            defer { ERR_clear_error() }
            return parse(der)
        }
    }

    private func parse(_ der: [UInt8]) -> OCSPStaple {
        let parsed = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var cursor = buffer.baseAddress
            return d2i_OCSP_RESPONSE(nil, &cursor, buffer.count)
        }
        guard let response = parsed else { return OCSPStaple(nil, problem: "it is no OCSP response") }
        defer { OCSP_RESPONSE_free(response) }
        let outcome = OCSP_response_status(response)
        guard outcome == OCSP_RESPONSE_STATUS_SUCCESSFUL, let basic = OCSP_response_get1_basic(response) else {
            let words = String(cString: OCSP_response_status_str(Int(outcome)))
            return OCSPStaple(nil, problem: "the CA gave no answer: \(words)")
        }
        defer { OCSP_BASICRESP_free(basic) }
        guard let leaf = chain.first else { return OCSPStaple(nil, problem: "it came without a certificate") }
        guard let issuer = chain.first(where: { X509_check_issued($0.pointer, leaf.pointer) == X509_V_OK }) else {
            return OCSPStaple(nil, problem: "the issuer of the certificate was not sent with it")
        }
        for index in 0..<min(OCSP_resp_count(basic), 100) {
            guard let single = OCSP_resp_get0(basic, index), Self.isAbout(leaf, of: issuer, single) else { continue }
            var staple = Self.status(single)
            if !isSigned(basic) { staple.problem = "its signature cannot be verified" }
            return staple
        }
        return OCSPStaple(nil, problem: "it is about another certificate")
    }

    /// Compares issuer and serial number, by the hash that the response uses. RFC 6960, section 4.1.1.
    private static func isAbout(_ leaf: X509Handle, of issuer: X509Handle, _ single: OpaquePointer) -> Bool {
        guard let identity = OCSP_SINGLERESP_get0_id(single) else { return false }
        var algorithm: OpaquePointer?
        OCSP_id_get0_info(nil, &algorithm, nil, nil, identity)
        let hash = algorithm.flatMap { EVP_get_digestbyname(OBJ_nid2sn(OBJ_obj2nid($0))) }
        guard let hash, let own = OCSP_cert_to_id(hash, leaf.pointer, issuer.pointer) else { return false }
        defer { OCSP_CERTID_free(own) }
        return OCSP_id_cmp(own, identity) == 0
    }

    private static func status(_ single: OpaquePointer) -> OCSPStaple {
        var revoked: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
        var this: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
        var next: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
        let status: OCSPStaple.Status =
            switch OCSP_single_get0_status(single, nil, &revoked, &this, &next) {
            case V_OCSP_CERTSTATUS_GOOD: .good
            case V_OCSP_CERTSTATUS_REVOKED: .revoked
            default: .unknown
            }
        return OCSPStaple(status, thisUpdate: date(this), nextUpdate: date(next), revokedAt: date(revoked))
    }

    private static func date(_ time: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?) -> Date? {
        var fields = tm()
        guard let time, ASN1_TIME_to_tm(time, &fields) == 1 else { return nil }
        return Date(timeIntervalSince1970: Double(timegm(&fields)))
    }

    /// Whether the issuer signed it, or somebody whom the issuer made a responder. RFC 6960, section 4.2.2.2.
    private func isSigned(_ basic: OpaquePointer) -> Bool {
        guard let others = shim_sk_X509_new_null() else { return false }
        defer { shim_sk_X509_free(others) }
        for certificate in chain { _ = shim_sk_X509_push(others, certificate.pointer) }
        return OCSP_basic_verify(basic, others, anchors.store, UInt(OCSP_PARTIAL_CHAIN)) == 1
    }
}
