internal import COpenSSL
internal import MailModel

/// One error of OpenSSL's path building: its code (`X509_V_ERR_…`) and where.
struct PathError: Hashable {
    let code: Int32
    let depth: Int

    /// The kind of problem, in our closed list.
    var kind: CertificatePath.Kind {
        switch code {
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: .selfSigned
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN: .untrustedIssuer
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            .missingIssuer
        case X509_V_ERR_CERT_SIGNATURE_FAILURE, X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE,
            X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, X509_V_ERR_NO_ISSUER_PUBLIC_KEY,
            X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH, X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY:
            .badSignature
        case X509_V_ERR_INVALID_CA, X509_V_ERR_INVALID_NON_CA, X509_V_ERR_PATH_LENGTH_EXCEEDED,
            X509_V_ERR_KEYUSAGE_NO_CERTSIGN, X509_V_ERR_KEYUSAGE_NO_DIGITAL_SIGNATURE,
            X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, X509_V_ERR_INVALID_EXTENSION, X509_V_ERR_PERMITTED_VIOLATION,
            X509_V_ERR_EXCLUDED_VIOLATION, X509_V_ERR_SUBTREE_MINMAX, X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE,
            X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX, X509_V_ERR_UNSUPPORTED_NAME_SYNTAX,
            X509_V_ERR_PROXY_CERTIFICATES_NOT_ALLOWED, X509_V_ERR_INVALID_POLICY_EXTENSION,
            X509_V_ERR_NO_EXPLICIT_POLICY:
            .notAllowed
        case X509_V_ERR_INVALID_PURPOSE: .wrongPurpose
        default: .other
        }
    }

    /// OpenSSL's words for the code.
    var detail: String { String(cString: X509_verify_cert_error_string(Int(code))) }
}

extension [PathError] {
    /// One problem per cause, the leaf's first.
    ///
    /// OpenSSL reports a cause and its consequences: a missing issuer again as a signature it could not check, a
    /// certificate that is no CA again as one of the wrong purpose. Only the cause stays.
    func settled(knowing chain: [X509Handle]) -> [CertificatePath.Problem] {
        var problems: [CertificatePath.Problem] = []
        for error in self {
            var problem = CertificatePath.Problem(kind: error.kind, depth: error.depth, detail: error.detail)
            if problem.kind == .missingIssuer, let reason = Self.refusedIssuer(at: error.depth, in: chain) {
                problem = .init(kind: .notAllowed, depth: error.depth + 1, detail: reason.detail)
            }
            if problem.kind == .wrongPurpose, problem.depth > 0,
                contains(where: { $0.depth == problem.depth && $0.kind == .notAllowed })
            {
                continue
            }
            if !problems.contains(where: { $0.kind == problem.kind && $0.depth == problem.depth }) {
                problems.append(problem)
            }
        }
        return problems.enumerated().sorted { ($0.element.depth, $0.offset) < ($1.element.depth, $1.offset) }
            .map(\.element)
    }

    /// Why a certificate that was sent, has the issuer's name and made the signature was not taken as the issuer.
    private static func refusedIssuer(at depth: Int, in chain: [X509Handle]) -> PathError? {
        guard chain.indices.contains(depth) else { return nil }
        let subject = chain[depth].pointer
        for candidate in chain where X509_check_issued(candidate.pointer, subject) == X509_V_ERR_KEYUSAGE_NO_CERTSIGN {
            return PathError(code: X509_V_ERR_KEYUSAGE_NO_CERTSIGN, depth: depth + 1)
        }
        return nil
    }
}
