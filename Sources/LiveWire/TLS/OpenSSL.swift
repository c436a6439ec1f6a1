internal import COpenSSL

/// What is common to every use of OpenSSL here: its start, and its queue of errors.
enum OpenSSL {
    /// Starts the library without the host's `openssl.cnf`, so that a verdict does not depend on the machine.
    ///
    /// The first start in a process decides; whoever uses another library built on OpenSSL calls this before it.
    static func start() { _ = started }

    private static let started: Bool = OPENSSL_init_ssl(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil) == 1

    /// One entry of the error queue.
    struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// The packed error code.
        let code: UInt
        /// OpenSSL's words for the reason, for example `wrong version number`.
        let description: String
    }

    /// Empties the calling thread's queue and returns the oldest entry, the root cause.
    ///
    /// The queue belongs to the thread: clear it right before a call and drain it right after, never across an `await`.
    static func drain(_ fallback: String = "unspecified error") -> Failure {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0 else { return Failure(code: 0, description: fallback) }
        let words = ERR_reason_error_string(code).map { String(cString: $0) }
        return Failure(code: code, description: words ?? "error \(shim_ERR_GET_REASON(code))")
    }
}

extension OpenSSL.Failure {
    /// Whether the peer sent a message of the handshake that is larger than OpenSSL takes.
    var isOfSize: Bool {
        shim_ERR_GET_LIB(code) == ERR_LIB_SSL && shim_ERR_GET_REASON(code) == SSL_R_EXCESSIVE_MESSAGE_SIZE
    }

    /// The alert the peer sent, by its name in RFC 8446, section 6, if this failure is one.
    var alert: String? {
        let reason = shim_ERR_GET_REASON(code)
        guard shim_ERR_GET_LIB(code) == ERR_LIB_SSL, reason >= SSL_AD_REASON_OFFSET,
            reason < SSL_AD_REASON_OFFSET + 256,
            let words = SSL_alert_desc_string_long(reason - SSL_AD_REASON_OFFSET)
        else { return nil }
        return String(String(cString: words).map { $0 == " " ? "_" : $0 })
    }
}
