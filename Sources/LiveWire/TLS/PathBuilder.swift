internal import COpenSSL
internal import FoundationEssentials
internal import MailModel

/// Builds the path from a leaf to a trust anchor (RFC 5280, section 6) and records everything that is wrong with it.
///
/// It runs after the handshake, on the received bytes alone. Dates and names are left out: they are judged from the
/// certificates. Weak keys and hashes are accepted here (security level 0) for the same reason.
struct PathBuilder {
    let anchors: TrustStore

    /// Judges a chain as it was sent, the leaf first.
    func path(of chain: [X509Handle], at instant: Date) -> CertificatePath {
        let result = build(chain)
        return CertificatePath(
            problems: result.problems, certificates: result.certificates, trustStore: anchors.digest,
            checkedAt: instant)
    }

    /// The problems, and which of the certificates that were sent lie on the path, the leaf first.
    func build(_ chain: [X509Handle]) -> (problems: [CertificatePath.Problem], certificates: [Int]) {
        withExtendedLifetime((anchors, chain)) { verify(chain) }
    }

    private func verify(_ chain: [X509Handle]) -> (problems: [CertificatePath.Problem], certificates: [Int]) {
        guard let leaf = chain.first else {
            return ([.init(kind: .other, depth: 0, detail: "no certificate was sent")], [])
        }
        defer { ERR_clear_error() }
        ERR_clear_error()
        guard let context = X509_STORE_CTX_new(), let untrusted = shim_sk_X509_new_null() else {
            return ([.init(kind: .other, depth: 0, detail: "out of memory")], [])
        }
        defer {
            X509_STORE_CTX_free(context)
            shim_sk_X509_free(untrusted)
        }
        for certificate in chain { _ = shim_sk_X509_push(untrusted, certificate.pointer) }
        guard X509_STORE_CTX_init(context, anchors.store, leaf.pointer, untrusted) == 1,
            X509_STORE_CTX_set_default(context, "ssl_server") == 1
        else { return ([.init(kind: .other, depth: 0, detail: OpenSSL.drain().description)], []) }
        let parameters = X509_STORE_CTX_get0_param(context)
        X509_VERIFY_PARAM_set_auth_level(parameters, 0)
        X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_PARTIAL_CHAIN))

        let problems = ProblemList()
        let outcome = withExtendedLifetime(problems) {
            X509_STORE_CTX_set_ex_data(context, 0, Unmanaged.passUnretained(problems).toOpaque())
            X509_STORE_CTX_set_verify_cb(context) { ok, context in
                if ok == 0, let context { ProblemList.note(context) }
                return 1
            }
            return X509_verify_cert(context)
        }
        if outcome <= 0, problems.found.isEmpty { ProblemList.note(context) }
        let path = X509_STORE_CTX_get0_chain(context)
        let steps = (0..<shim_sk_X509_num(path)).compactMap { index -> Int? in
            let step = shim_sk_X509_value(path, index)
            return chain.firstIndex { X509_cmp($0.pointer, step) == 0 }
        }
        return (problems.found.settled(knowing: chain), steps)
    }
}

/// Collects what the verification calls back with.
private final class ProblemList {
    var found: [PathError] = []

    static func note(_ context: OpaquePointer) {
        guard let data = X509_STORE_CTX_get_ex_data(context, 0) else { return }
        let list = Unmanaged<ProblemList>.fromOpaque(data).takeUnretainedValue()
        guard list.found.count < 100 else { return }
        list.found.append(
            PathError(code: X509_STORE_CTX_get_error(context), depth: Int(X509_STORE_CTX_get_error_depth(context))))
    }
}
