/// What our side offers in a TLS handshake.
public struct TLSOffer: Hashable, Sendable, Codable {
    /// The versions offered: a contiguous range.
    public var versions: ClosedRange<TLSVersion>
    /// The name sent as SNI; nil sends none.
    public var serverName: DomainName?
    /// The kind of key that the server's certificate must have; nil welcomes every kind.
    public var key: Key?

    /// A kind of key, as signature algorithms name it. RFC 8446, section 4.2.3.
    public enum Key: String, Hashable, Sendable, Codable, CaseIterable, CustomStringConvertible {
        case rsa = "RSA"
        case ecdsa = "ECDSA"

        /// The name.
        public var description: String { rawValue }
    }

    /// Offers a range of versions; the default is a common sender's: every version of TLS that OpenSSL still speaks.
    public init(versions: ClosedRange<TLSVersion> = .tls10 ... .tls13, serverName: DomainName?, key: Key? = nil) {
        self.versions = versions
        self.serverName = serverName
        self.key = key
    }
}

/// What a completed TLS handshake showed.
public struct TLSHandshake: Hashable, Sendable, Codable {
    /// The version agreed on.
    public var version: TLSVersion
    /// The cipher suite agreed on, by its IANA name, for example `TLS_AES_256_GCM_SHA384`.
    public var suite: String
    /// The suite's code point in the IANA registry.
    public var suiteCode: UInt16
    /// The key exchange group, for example `x25519`; nil for static RSA.
    public var group: String?
    /// How the server signed the handshake, for example `RSA-PSS` with `SHA256`.
    public var peerSignature: String?
    /// The certificates as the server sent them, the leaf first; empty for an anonymous suite.
    public var chain: [Certificate]
    /// What OpenSSL says of the path from the leaf to the trust anchors in use.
    public var path: CertificatePath
    /// The name sent as SNI.
    public var serverName: DomainName?
    /// Whether RFC 7627 was negotiated; TLS 1.3 always binds like it.
    public var extendedMasterSecret: Bool
    /// Whether RFC 5746 was negotiated; TLS 1.3 has no renegotiation.
    public var secureRenegotiation: Bool
    /// The numbers of the extensions in the server's messages, in their order; nil where nobody noted them.
    public var extensions: [UInt16]?
    /// The OCSP response that came with the certificate; nil where none came. RFC 6066, section 8.
    public var staple: OCSPStaple?
    /// Whether the server asked for a certificate of the client; nil where nobody noted it. RFC 8446, section 4.3.2.
    public var asksForCertificate: Bool?
    /// SHA-256 of the public key that the server made for the key exchange, in hexadecimal; nil where there is none, and where
    /// nobody noted it.
    public var keyShare: String?

    /// All fields, in their order.
    public init(
        version: TLSVersion, suite: String, suiteCode: UInt16, group: String?, peerSignature: String?,
        chain: [Certificate], path: CertificatePath, serverName: DomainName?, extendedMasterSecret: Bool,
        secureRenegotiation: Bool, extensions: [UInt16]? = nil, staple: OCSPStaple? = nil,
        asksForCertificate: Bool? = nil, keyShare: String? = nil
    ) {
        self.keyShare = keyShare
        self.version = version
        self.suite = suite
        self.suiteCode = suiteCode
        self.group = group
        self.peerSignature = peerSignature
        self.chain = chain
        self.path = path
        self.serverName = serverName
        self.extendedMasterSecret = extendedMasterSecret
        self.secureRenegotiation = secureRenegotiation
        self.extensions = extensions
        self.staple = staple
        self.asksForCertificate = asksForCertificate
    }
}

/// What a server hands out for a later session of TLS 1.3. RFC 8446, section 4.6.1.
public struct TLSTicket: Hashable, Sendable, Codable {
    /// How many octets of data it would take before the next handshake is complete (0-RTT); 0 for none. It is never tried.
    public var maxEarlyData: UInt32

    /// A ticket.
    public init(maxEarlyData: UInt32) { self.maxEarlyData = maxEarlyData }
}
