internal import COpenSSL
internal import MailModel
internal import NIOCore

/// One TLS connection over two memory buffers: bytes go in and come out, no socket is touched.
///
/// Not Sendable on purpose: it lives on the event loop of its connection.
final class TLSConnection {
    private let ssl: OpaquePointer
    private let fromPeer: OpaquePointer
    private let toPeer: OpaquePointer
    private var extensions: [UInt16] = []
    private var ticket: TLSTicket?
    private var isAskedForCertificate = false
    private var firstFinished: [UInt8] = []

    /// How a step ended.
    enum Progress: Equatable {
        /// It is done.
        case done
        /// It goes on when more bytes have come from the peer.
        case wantsMore
        /// The peer said that it will send nothing more.
        case closed
        /// It failed; `alert` is the peer's alert, if it sent one.
        case failed(reason: String, alert: String?)
    }

    /// Takes over an SSL whose side (client or server) is set.
    init(adopting ssl: OpaquePointer) throws(WireFailure) {
        guard let fromPeer = BIO_new(BIO_s_mem()), let toPeer = BIO_new(BIO_s_mem()) else {
            SSL_free(ssl)
            throw .local("out of memory")
        }
        // An empty buffer means "not yet", not "end of file".
        _ = shim_BIO_set_mem_eof_return(fromPeer, -1)
        _ = shim_BIO_set_mem_eof_return(toPeer, -1)
        SSL_set_bio(ssl, fromPeer, toPeer)
        self.ssl = ssl
        self.fromPeer = fromPeer
        self.toPeer = toPeer
        // The SSL is freed with this object, so that the pointer never outlives it.
        shim_SSL_set_tlsext_debug_callback(
            ssl, { _, _, type, _, _, session in TLSConnection.note(type, in: session) },
            Unmanaged.passUnretained(self).toOpaque())
        // On our side it is called when a CertificateRequest has come; we go on without a certificate.
        SSL_set_cert_cb(
            ssl, { _, session in TLSConnection.noteCertificateRequest(in: session) },
            Unmanaged.passUnretained(self).toOpaque())
    }

    private static func noteCertificateRequest(in session: UnsafeMutableRawPointer?) -> Int32 {
        guard let session else { return 1 }
        let this = Unmanaged<TLSConnection>.fromOpaque(session).takeUnretainedValue()
        if SSL_is_server(this.ssl) == 0 { this.isAskedForCertificate = true }
        return 1
    }

    private static func note(_ type: Int32, in session: UnsafeMutableRawPointer?) {
        guard let session, let type = UInt16(exactly: type) else { return }
        let this = Unmanaged<TLSConnection>.fromOpaque(session).takeUnretainedValue()
        if this.extensions.count < 100, !this.extensions.contains(type) { this.extensions.append(type) }
    }

    deinit { SSL_free(ssl) }

    /// Stores bytes that came from the peer.
    func receive(_ bytes: ByteBuffer) {
        bytes.withUnsafeReadableBytes { raw in
            _ = BIO_write(fromPeer, raw.baseAddress, Int32(clamping: raw.count))
        }
    }

    /// Takes the bytes that are to be sent to the peer.
    func takeOutput(_ allocator: ByteBufferAllocator) -> ByteBuffer? {
        let pending = shim_BIO_ctrl_pending(toPeer)
        guard pending > 0 else { return nil }
        var output = allocator.buffer(capacity: pending)
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: pending) { raw in
            Int(max(0, BIO_read(toPeer, raw.baseAddress, Int32(clamping: pending))))
        }
        return output
    }

    /// Takes the handshake as far as it goes.
    func handshake() -> Progress {
        ERR_clear_error()
        return progress(SSL_do_handshake(ssl))
    }

    /// Decrypts everything there is into `plaintext`.
    func read(into plaintext: inout ByteBuffer) -> Progress {
        while true {
            ERR_clear_error()
            var result: Int32 = 0
            plaintext.writeWithUnsafeMutableBytes(minimumWritableBytes: 16 * 1024) { raw in
                result = SSL_read(ssl, raw.baseAddress, Int32(clamping: raw.count))
                return Int(max(0, result))
            }
            guard result > 0 else { return progress(result) }
        }
    }

    /// Encrypts bytes for the peer.
    func write(_ plaintext: ByteBuffer) -> Progress {
        guard plaintext.readableBytes > 0 else { return .done }
        ERR_clear_error()
        return progress(
            plaintext.withUnsafeReadableBytes { SSL_write(ssl, $0.baseAddress, Int32(clamping: $0.count)) })
    }

    /// Prepares the close_notify alert for the peer (RFC 8446, section 6.1).
    func close() {
        ERR_clear_error()
        SSL_shutdown(ssl)
        ERR_clear_error()
    }

    /// What the completed handshake shows.
    func facts() -> TLSSessionFacts {
        TLSSessionFacts(ssl, extensions: extensions, asksForCertificate: isAskedForCertificate)
    }

    /// Begins a second handshake; `continueRenegotiation` takes it on. RFC 5246, section 7.4.1.2.
    func renegotiate() -> Progress {
        ERR_clear_error()
        SSL_clear_options(ssl, shim_SSL_OP_NO_RENEGOTIATION)
        firstFinished = finished
        let result = SSL_renegotiate(ssl)
        return result == 1 ? continueRenegotiation() : progress(result)
    }

    /// Takes the second handshake as far as it goes. It is done when our Finished message is another one.
    func continueRenegotiation() -> Progress {
        let progress = handshake()
        guard progress == .done, finished == firstFinished else { return progress }
        return .failed(reason: "the second handshake did not begin", alert: nil)
    }

    /// Our latest Finished message. RFC 5246, section 7.4.9.
    private var finished: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 64)
        let length = SSL_get_finished(ssl, &bytes, bytes.count)
        return Array(bytes.prefix(length))
    }

    /// The ticket for a later session, when one has come that says something new. RFC 8446, section 4.6.1.
    func newTicket() -> TLSTicket? {
        guard SSL_version(ssl) == TLS1_3_VERSION, SSL_is_server(ssl) == 0, let session = SSL_get_session(ssl),
            SSL_SESSION_has_ticket(session) == 1
        else { return nil }
        let latest = TLSTicket(maxEarlyData: SSL_SESSION_get_max_early_data(session))
        guard latest.maxEarlyData > ticket?.maxEarlyData ?? 0 || ticket == nil else { return nil }
        ticket = latest
        return latest
    }

    private func progress(_ result: Int32) -> Progress {
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_NONE: return .done
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .wantsMore
        case SSL_ERROR_ZERO_RETURN: return .closed
        default:
            let failure = OpenSSL.drain()
            let reason = failure.isOfSize ? WireFailure.oversizedMessage : failure.description
            return .failed(reason: reason, alert: failure.alert)
        }
    }
}
