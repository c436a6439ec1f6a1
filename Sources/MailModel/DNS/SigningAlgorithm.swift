/// The algorithms of DNSSEC: their names, and which of them validators in use implement. IANA, "DNS Security Algorithm
/// Numbers" and "Digest Algorithms", columns "Implement for DNSSEC Validation" (RFC 9904).
public enum SigningAlgorithm {
    /// The name of an algorithm with its number, for example `Ed448 (algorithm 16)`.
    public static func name(_ number: UInt8) -> String {
        names[number].map { "\($0) (algorithm \(number))" } ?? "algorithm \(number)"
    }

    /// The name of a digest with its number, for example `SHA-384 (digest type 4)`.
    public static func digestName(_ number: UInt8) -> String {
        digestNames[number].map { "\($0) (digest type \(number))" } ?? "digest type \(number)"
    }

    /// Whether validators in use can check a signature of an algorithm under a digest of a type.
    public static func isValidated(_ algorithm: UInt8, digest: UInt8) -> Bool {
        validated.contains(algorithm) && validatedDigests.contains(digest)
    }

    /// What DS records name that validators in use can check; nil where there is nothing of the kind.
    public static func inUse(_ signers: [DNSRecord]) -> String? {
        let pairs = signers.compactMap { record -> (algorithm: UInt8, digest: UInt8)? in
            guard case .ds(_, let algorithm, let digest, _) = record else { return nil }
            return (algorithm, digest)
        }
        return pairs.first { isValidated($0.algorithm, digest: $0.digest) }.map { name($0.algorithm) }
    }

    private static let validated: Set<UInt8> = [5, 7, 8, 10, 13, 14, 15, 16]
    private static let validatedDigests: Set<UInt8> = [1, 2, 4]

    private static let names: [UInt8: String] = [
        1: "RSA with MD5", 3: "DSA", 5: "RSA with SHA-1", 6: "DSA, NSEC3", 7: "RSA with SHA-1, NSEC3",
        8: "RSA with SHA-256", 10: "RSA with SHA-512", 12: "GOST R 34.10-2001", 13: "ECDSA P-256", 14: "ECDSA P-384",
        15: "Ed25519", 16: "Ed448", 17: "SM2", 23: "GOST R 34.10-2012",
    ]

    private static let digestNames: [UInt8: String] = [
        1: "SHA-1", 2: "SHA-256", 3: "GOST R 34.11-94", 4: "SHA-384", 5: "GOST R 34.11-2012", 6: "SM3",
    ]
}
