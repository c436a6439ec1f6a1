public import FoundationEssentials

/// The fields of an X.509 certificate that verdicts are made of, next to its bytes. RFC 5280, section 4.1.
public struct Certificate: Hashable, Sendable, Codable {
    /// The certificate as it was sent, DER.
    public var der: Data
    /// The subject, RFC 4514 text.
    public var subject: String
    /// The issuer, RFC 4514 text.
    public var issuer: String
    /// The serial number, hexadecimal.
    public var serial: String
    /// The first instant of validity.
    public var notBefore: Date
    /// The last instant of validity.
    public var notAfter: Date
    /// The DNS names of the subjectAltName extension, as they are written there.
    public var dnsNames: [String]
    /// The last common name of the subject, if any.
    public var commonName: String?
    /// The public key.
    public var key: PublicKey
    /// The hash of the certificate's signature, for example `SHA256`; nil where the algorithm has none of its own (Ed25519).
    public var signatureHash: String?
    /// The signature algorithm's name, for example `ecdsa-with-SHA256`.
    public var signatureAlgorithm: String
    /// Whether the basic constraints say CA:TRUE.
    public var isCA: Bool
    /// Whether issuer and subject are the same name.
    public var isSelfIssued: Bool
    /// The names of the key usage bits that are set, for example `digitalSignature`; nil where there is no such extension.
    /// RFC 5280, section 4.2.1.3.
    public var keyUsage: [String]?
    /// Whether clients must refuse it when no OCSP response is stapled. RFC 7633, section 4.
    public var mustStaple: Bool?
    /// How many signed certificate timestamps are embedded. RFC 6962, section 3.3.
    public var timestamps: Int?
    /// Whether it says where an OCSP responder of its issuer is; nil where nobody noted it. RFC 5280, section 4.2.2.1.
    public var namesResponder: Bool?
    /// Whether it says where its issuer's certificate is; nil where nobody noted it. RFC 5280, section 4.2.2.1.
    public var namesIssuer: Bool?

    /// A public key: its algorithm and strength.
    public struct PublicKey: Hashable, Sendable, Codable {
        /// `RSA`, `EC`, `ED25519` …
        public var algorithm: String
        /// The size in bits: of the modulus, or of the curve.
        public var bits: Int
        /// The curve's name, for an elliptic key.
        public var curve: String?
        /// SHA-256 over the DER of the SubjectPublicKeyInfo, hexadecimal.
        public var sha256: String

        /// A key of an algorithm and a size.
        public init(algorithm: String, bits: Int, curve: String? = nil, sha256: String = "") {
            self.algorithm = algorithm
            self.bits = bits
            self.curve = curve
            self.sha256 = sha256
        }
    }

    /// All fields, in their order; those that examples rarely need have defaults.
    public init(
        der: Data = Data(), subject: String, issuer: String, serial: String = "01", notBefore: Date, notAfter: Date,
        dnsNames: [String], commonName: String? = nil, key: PublicKey, signatureHash: String? = "SHA256",
        signatureAlgorithm: String = "ecdsa-with-SHA256", isCA: Bool = false, isSelfIssued: Bool = false,
        keyUsage: [String]? = nil, mustStaple: Bool? = false, timestamps: Int? = 0,
        namesResponder: Bool? = nil, namesIssuer: Bool? = nil
    ) {
        self.der = der
        self.subject = subject
        self.issuer = issuer
        self.serial = serial
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.dnsNames = dnsNames
        self.commonName = commonName
        self.key = key
        self.signatureHash = signatureHash
        self.signatureAlgorithm = signatureAlgorithm
        self.isCA = isCA
        self.isSelfIssued = isSelfIssued
        self.keyUsage = keyUsage
        self.mustStaple = mustStaple
        self.timestamps = timestamps
        self.namesResponder = namesResponder
        self.namesIssuer = namesIssuer
    }
}
