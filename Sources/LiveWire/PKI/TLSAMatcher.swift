internal import COpenSSL
internal import MailModel

/// One TLSA record against one chain.
struct TLSAMatcher {
    let record: TLSARecord
    let chain: [X509Handle]

    func match() -> TLSAMatch {
        let depths = chain.indices.filter { matches(chain[$0]) }
        guard record.matchingType == 0 else { return TLSAMatch(record, depths: depths, path: path(through: depths)) }
        switch record.selector {
        case 0:
            guard let certificate = X509Handle(exactly: record.data) else {
                return TLSAMatch(record, isReadable: false)
            }
            return TLSAMatch(record, depths: depths, path: path(through: depths) ?? path(to: certificate))
        case 1:
            guard let key = PublicKeyHandle(der: record.data) else { return TLSAMatch(record, isReadable: false) }
            return TLSAMatch(record, depths: depths, path: path(through: depths) ?? path(signedBy: key))
        default: return TLSAMatch(record, isReadable: false)
        }
    }

    /// Whether a certificate, or its key, is what the record names. RFC 6698, sections 2.1.2 to 2.1.4.
    private func matches(_ certificate: X509Handle) -> Bool {
        withExtendedLifetime(certificate) { compare(certificate) }
    }

    private func compare(_ certificate: X509Handle) -> Bool {
        let selected: [UInt8]
        switch record.selector {
        case 0: selected = DER.certificate(certificate.pointer)
        case 1: selected = DER.publicKey(certificate.pointer)
        default: return false
        }
        switch record.matchingType {
        case 0: return selected == record.data
        case 1: return DER.digest(selected, EVP_sha256()) == record.data
        case 2: return DER.digest(selected, EVP_sha512()) == record.data
        default: return false
        }
    }
}

extension TLSAMatcher {
    /// The path to a trust anchor that was sent: the best of them, if several match.
    private func path(through depths: [Int]) -> TrustAnchorPath? {
        guard record.usage == 2 else { return nil }
        return depths.filter { $0 > 0 }.compactMap { path(to: chain[$0], sentAt: $0) }
            .min { $0.problems.count < $1.problems.count }
    }

    private func path(to anchor: X509Handle, sentAt depth: Int) -> TrustAnchorPath? {
        guard let built = build(to: anchor) else { return nil }
        let (problems, certificates) = (built.problems, built.certificates)
        // Sent beside a chain that leads elsewhere: an anchor of something, not of this leaf.
        return TrustAnchorPath(
            problems: problems.isEmpty && !certificates.contains(depth)
                ? [
                    .init(
                        kind: .missingIssuer, depth: certificates.count, detail: "the trust anchor signed nothing here")
                ]
                : problems,
            certificates: certificates)
    }

    /// `2 0 0` brings the anchor along, so it need not be sent. RFC 7671, section 5.2.2.
    private func path(to anchor: X509Handle) -> TrustAnchorPath? {
        guard record.usage == 2, let leaf = chain.first,
            withExtendedLifetime((leaf, anchor), { X509_cmp(leaf.pointer, anchor.pointer) }) != 0,
            let built = build(to: anchor)
        else { return nil }
        return TrustAnchorPath(
            problems: built.problems, certificates: built.certificates, anchorFromDNS: CertificateReader.read(anchor))
    }

    /// `2 1 0` may name a key that is in no certificate: then the highest certificate must be signed by it.
    /// RFC 7671, section 5.2.3.
    private func path(signedBy key: PublicKeyHandle) -> TrustAnchorPath? {
        guard record.usage == 2 else { return nil }
        defer { ERR_clear_error() }
        for depth in chain.indices {
            guard withExtendedLifetime((chain, key), { X509_verify(chain[depth].pointer, key.pointer) }) == 1 else {
                continue
            }
            guard let built = build(to: chain[depth]), built.certificates.last == depth else { continue }
            return TrustAnchorPath(
                problems: built.problems, certificates: built.certificates, endsInBareKey: true)
        }
        return nil
    }

    private func build(to anchor: X509Handle) -> PathBuilder.Result? {
        guard let anchors = try? TrustStore([anchor]) else { return nil }
        return PathBuilder(anchors: anchors).build(chain)
    }
}

/// A public key of OpenSSL's that is freed with its owner.
private final class PublicKeyHandle {
    let pointer: OpaquePointer

    /// Parses a SubjectPublicKeyInfo; nil when the bytes are none, or more than one.
    init?(der: [UInt8]) {
        let parsed = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var cursor = buffer.baseAddress
            guard let key = d2i_PUBKEY(nil, &cursor, buffer.count) else { return nil }
            guard cursor == buffer.baseAddress.map({ $0 + buffer.count }) else {
                EVP_PKEY_free(key)
                return nil
            }
            return key
        }
        ERR_clear_error()
        guard let parsed else { return nil }
        pointer = parsed
    }

    deinit { EVP_PKEY_free(pointer) }
}

extension X509Handle {
    /// Parses DER that is one certificate and nothing behind it.
    fileprivate convenience init?(exactly der: [UInt8]) {
        self.init(der: der)
        guard DER.certificate(pointer).count == der.count else { return nil }
    }
}

extension DER {
    /// The SubjectPublicKeyInfo of a certificate, as it stands there.
    fileprivate static func publicKey(_ certificate: OpaquePointer) -> [UInt8] {
        encode { i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), $0) }
    }

    fileprivate static func digest(_ bytes: [UInt8], _ algorithm: OpaquePointer?) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        EVP_Digest(bytes, bytes.count, &digest, &length, algorithm, nil)
        return Array(digest.prefix(Int(length)))
    }
}
