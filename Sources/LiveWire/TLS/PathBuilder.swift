internal import COpenSSL
internal import FoundationEssentials
internal import MailModel

/// Builds the path from a leaf to a trust anchor (RFC 5280, section 6) and records everything that is wrong with it.
///
/// It runs after the handshake, on the received bytes alone. Dates and names are left out: they are judged from the
/// certificates. Weak keys and hashes are accepted here (security level 0) for the same reason. Of several issuers of one
/// name, those that are valid now are preferred, as senders do.
struct PathBuilder {
    let anchors: TrustStore

    /// Judges a chain as it was sent, the leaf first.
    func path(of chain: [X509Handle], at instant: Date) -> CertificatePath {
        let result = build(chain, at: instant)
        return CertificatePath(
            problems: result.problems, certificates: result.certificates,
            anchor: result.problems.isEmpty ? result.end : nil, trustStore: anchors.digest, checkedAt: instant)
    }

    /// What building a path gave: the problems, which of the certificates that were sent lie on it, the leaf first, and the
    /// certificate at its end.
    struct Result {
        var problems: [CertificatePath.Problem]
        var certificates: [Int] = []
        var end: CertificatePath.TrustAnchor?

        init(_ problems: [CertificatePath.Problem]) { self.problems = problems }

        init(failed detail: String) { self.init([.init(kind: .other, depth: 0, detail: detail)]) }
    }

    /// Builds the path; `instant` matters only to the choice among several issuers.
    func build(_ chain: [X509Handle], at instant: Date = .now) -> Result {
        withExtendedLifetime((anchors, chain)) { verify(chain, at: instant) }
    }

    private func verify(_ chain: [X509Handle], at instant: Date) -> Result {
        guard let leaf = chain.first else { return Result(failed: "no certificate was sent") }
        defer { ERR_clear_error() }
        ERR_clear_error()
        guard let context = X509_STORE_CTX_new(), let untrusted = shim_sk_X509_new_null() else {
            return Result(failed: "out of memory")
        }
        defer {
            X509_STORE_CTX_free(context)
            shim_sk_X509_free(untrusted)
        }
        for certificate in chain { _ = shim_sk_X509_push(untrusted, certificate.pointer) }
        guard X509_STORE_CTX_init(context, anchors.store, leaf.pointer, untrusted) == 1,
            X509_STORE_CTX_set_default(context, "ssl_server") == 1
        else { return Result(failed: OpenSSL.drain().description) }
        let parameters = X509_STORE_CTX_get0_param(context)
        X509_VERIFY_PARAM_set_auth_level(parameters, 0)
        X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        X509_VERIFY_PARAM_set_time(parameters, time_t(instant.timeIntervalSince1970))

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
        var result = Result(problems.found.settled(knowing: chain))
        result.certificates = steps
        result.end = shim_sk_X509_value(path, shim_sk_X509_num(path) - 1).map(CertificateReader.readAnchor)
        return result
    }
}

/// Collects what the verification calls back with.
private final class ProblemList {
    var found: [PathError] = []

    static func note(_ context: OpaquePointer) {
        guard let data = X509_STORE_CTX_get_ex_data(context, 0) else { return }
        let list = Unmanaged<ProblemList>.fromOpaque(data).takeUnretainedValue()
        let code = X509_STORE_CTX_get_error(context)
        let isDate = code == X509_V_ERR_CERT_HAS_EXPIRED || code == X509_V_ERR_CERT_NOT_YET_VALID
        guard !isDate, list.found.count < 100 else { return }
        list.found.append(PathError(code: code, depth: Int(X509_STORE_CTX_get_error_depth(context))))
    }
}
