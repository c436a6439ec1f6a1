/// What a ClientHello offers to a server. No key comes with it, so a handshake is never completed: the answer names the
/// server's choice, and that is all there is to learn. RFC 8446, section 4.1.2; RFC 5246, section 7.4.1.2.
public struct HelloOffer: Hashable, Sendable {
    /// The versions offered. SSL 2.0 has a hello of its own and stands alone.
    public var versions: Set<TLSVersion>
    /// The cipher suites by code point, the most wanted first; signals such as `CipherSuite.Signal.fallback` may stand
    /// among them. A hello of SSL 2.0 offers all of its seven ciphers instead.
    public var suites: [UInt16]
    /// The groups by code point, the most wanted first.
    public var groups: [UInt16]
    /// The signature schemes, the most wanted first; sent only where TLS 1.2 or later is offered.
    public var signatureSchemes: [UInt16]
    /// The name sent as SNI; nil sends none.
    public var serverName: DomainName?
    /// The extensions that are offered besides those that carry the fields above.
    public var extensions: Set<Extension>
    /// Whether TLS compression (DEFLATE, RFC 3749) is offered.
    public var offersCompression: Bool
    /// How much of the server's flight is worth waiting for.
    public var depth: Depth
    /// The ClientHello is padded to at least so many octets (RFC 7685), as large as that of a sender with post-quantum keys.
    public var minimumLength = 0

    /// Extensions that are on or off; the raw value is the number on the wire.
    public enum Extension: UInt16, Hashable, Sendable, CaseIterable {
        /// RFC 6066, section 7.
        case truncatedHMAC = 4
        /// RFC 6066, section 8: asks for an OCSP staple.
        case statusRequest = 5
        /// RFC 6520, section 2.
        case heartbeat = 15
        /// RFC 6962, section 3.3.1.
        case certificateTimestamps = 18
        /// RFC 7366.
        case encryptThenMAC = 22
        /// RFC 7627.
        case extendedMasterSecret = 23
        /// RFC 8879.
        case compressCertificate = 27
        /// RFC 5077, section 3.2.
        case sessionTicket = 35
        /// RFC 5746, section 3.2.
        case renegotiationInfo = 0xFF01
    }

    /// How much of the server's flight is worth waiting for; nothing of it is encrypted up to TLS 1.2.
    public enum Depth: Int, Hashable, Sendable, Comparable {
        /// The version and the suite.
        case choice
        /// Also the group or the Diffie-Hellman parameters.
        case keyExchange
        /// Everything: certificates and OCSP staple too.
        case flight

        /// Less before more.
        public static func < (left: Depth, right: Depth) -> Bool { left.rawValue < right.rawValue }
    }

    /// An offer; all but the versions and suites have the defaults of a common sender.
    public init(
        versions: Set<TLSVersion>, suites: [UInt16], groups: [UInt16] = HelloOffer.commonGroups,
        signatureSchemes: [UInt16] = SignatureScheme.all.map(\.code), serverName: DomainName? = nil,
        extensions: Set<Extension> = [.encryptThenMAC, .extendedMasterSecret, .sessionTicket, .renegotiationInfo],
        offersCompression: Bool = false, depth: Depth = .keyExchange
    ) {
        self.versions = versions
        self.suites = suites
        self.groups = groups
        self.signatureSchemes = signatureSchemes
        self.serverName = serverName
        self.extensions = extensions
        self.offersCompression = offersCompression
        self.depth = depth
    }

    /// The groups most clients offer, and the finite fields of RFC 7919.
    public static let commonGroups: [UInt16] = [0x001D, 0x0017, 0x0018, 0x0019, 0x001E, 0x0100, 0x0101, 0x0102]
}

/// A way to sign a handshake. RFC 8446, section 4.2.3; in TLS 1.2 the two octets name a hash and an algorithm.
public struct SignatureScheme: Hashable, Sendable, Identifiable {
    /// The number on the wire.
    public let code: UInt16
    /// The name in RFC 8446, for example `rsa_pss_rsae_sha256`.
    public let name: String

    /// The number on the wire.
    public var id: UInt16 { code }

    /// Whether it signs a hash for which collisions can be found: MD5 or SHA-1. RFC 9155, sections 2 and 3.
    public var hasBrokenHash: Bool { code >> 8 == 1 || code >> 8 == 2 }

    /// Everything a server may sign with, the strongest first.
    public static let all: [SignatureScheme] = [
        (0x0403, "ecdsa_secp256r1_sha256"), (0x0804, "rsa_pss_rsae_sha256"), (0x0401, "rsa_pkcs1_sha256"),
        (0x0503, "ecdsa_secp384r1_sha384"), (0x0805, "rsa_pss_rsae_sha384"), (0x0501, "rsa_pkcs1_sha384"),
        (0x0603, "ecdsa_secp521r1_sha512"), (0x0806, "rsa_pss_rsae_sha512"), (0x0601, "rsa_pkcs1_sha512"),
        (0x0807, "ed25519"), (0x0808, "ed448"), (0x0809, "rsa_pss_pss_sha256"), (0x080A, "rsa_pss_pss_sha384"),
        (0x080B, "rsa_pss_pss_sha512"), (0x0303, "ecdsa_sha224"), (0x0301, "rsa_pkcs1_sha224"),
        (0x0402, "dsa_sha256"), (0x0502, "dsa_sha384"), (0x0602, "dsa_sha512"), (0x0302, "dsa_sha224"),
        (0x0203, "ecdsa_sha1"), (0x0201, "rsa_pkcs1_sha1"), (0x0202, "dsa_sha1"), (0x0101, "rsa_pkcs1_md5"),
    ].map { SignatureScheme(code: $0.0, name: $0.1) }

    /// The name of a number for people.
    public static func name(of code: UInt16) -> String {
        all.first { $0.code == code }?.name ?? "signature scheme \(code)"
    }
}
