/// How a server answers a ClientHello.
public enum HelloAnswer: Hashable, Sendable {
    /// It went on with the handshake.
    case chosen(ServerChoice)
    /// It ended the handshake with an alert. RFC 8446, section 6.2.
    case alert(TLSAlert)
    /// It closed or reset the connection without a word of TLS.
    case hungUp
    /// It sent something that is not TLS, or TLS that cannot be read; the text says what.
    case unreadable(String)

    /// The choice, if there is one.
    public var choice: ServerChoice? {
        if case .chosen(let choice) = self { choice } else { nil }
    }
}

/// What a server chose from a ClientHello, and what else it sent in clear. RFC 8446, section 4.1.3.
public struct ServerChoice: Hashable, Sendable {
    /// The version.
    public var version: TLSVersion
    /// The cipher suite; 0 for SSL 2.0, where the server lists `ssl2Ciphers` instead.
    public var suite: UInt16
    /// Whether it is a HelloRetryRequest: the server asks for a key of `group`. RFC 8446, section 4.1.4.
    public var isRetryRequest = false
    /// The group of the key exchange, by code point; nil where there is none.
    public var group: UInt16?
    /// SHA-256 of the public key that the server made for this key exchange, in hexadecimal; nil where it sent none.
    public var keyShare: String?
    /// The ephemeral finite-field or RSA key of a ServerKeyExchange.
    public var parameters: KeyParameters?
    /// How the server signed its part of the key exchange; TLS 1.2 only.
    public var signatureScheme: UInt16?
    /// The compression method; 0 is none.
    public var compression: UInt8 = 0
    /// The numbers of the extensions in the ServerHello, in their order.
    public var extensions: [UInt16] = []
    /// The certificates, DER, the leaf first; only up to TLS 1.2, later they are encrypted.
    public var certificates: [[UInt8]] = []
    /// The stapled OCSP response, DER. RFC 6066, section 8.
    public var staple: [UInt8]?
    /// Whether the server asks for a certificate of the client.
    public var asksForCertificate = false
    /// The ciphers of SSL 2.0, three octets each.
    public var ssl2Ciphers: [UInt32] = []

    /// A choice of a version and a suite.
    public init(version: TLSVersion, suite: UInt16, group: UInt16? = nil) {
        self.version = version
        self.suite = suite
        self.group = group
    }

    /// Whether the ServerHello has an extension.
    public func has(_ extension: HelloOffer.Extension) -> Bool { extensions.contains(`extension`.rawValue) }
}

/// The public key that a server made for one handshake, where it is no named group.
public enum KeyParameters: Hashable, Sendable, Codable {
    /// Diffie-Hellman over the integers: the size of the prime in bits, SHA-256 of the prime (without leading zeros,
    /// hexadecimal), and the generator when it is small.
    case finiteField(bits: Int, primeDigest: String, generator: Int?)
    /// An RSA key of its own, as export suites have it.
    case rsa(bits: Int)
    /// A curve that is spelt out instead of named; RFC 8422, section 5.4 forbids it.
    case explicitCurve
}

/// An alert: why a peer ends a connection. RFC 8446, section 6.
public struct TLSAlert: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Whether its level is fatal.
    public var isFatal: Bool
    /// The number of its description.
    public var code: UInt8

    /// An alert.
    public init(code: UInt8, isFatal: Bool = true) {
        self.code = code
        self.isFatal = isFatal
    }

    /// The server failed for a reason of its own. RFC 8446, section 6.2.
    public static let internalError = TLSAlert(code: 80)
    /// The server does not know the name in SNI. RFC 6066, section 3.
    public static let unrecognizedName = TLSAlert(code: 112)

    /// The name in the RFC, for example `handshake_failure`.
    public var description: String { Self.names[code] ?? "alert \(code)" }

    private static let names: [UInt8: String] = [
        0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 21: "decryption_failed",
        22: "record_overflow", 30: "decompression_failure", 40: "handshake_failure", 41: "no_certificate",
        42: "bad_certificate", 43: "unsupported_certificate", 44: "certificate_revoked", 45: "certificate_expired",
        46: "certificate_unknown", 47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied", 50: "decode_error",
        51: "decrypt_error", 60: "export_restriction", 70: "protocol_version", 71: "insufficient_security",
        80: "internal_error", 86: "inappropriate_fallback", 90: "user_canceled", 100: "no_renegotiation",
        109: "missing_extension", 110: "unsupported_extension", 111: "certificate_unobtainable",
        112: "unrecognized_name", 113: "bad_certificate_status_response", 115: "unknown_psk_identity",
        116: "certificate_required", 120: "no_application_protocol",
    ]
}
