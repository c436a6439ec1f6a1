/// Primes for Diffie-Hellman that many servers share. The digest is SHA-256 over the prime, big-endian, without leading
/// zeros; computed from the formulas in the RFCs.
///
/// A shared prime is no fault as long as it is large: RFC 7919 wants servers to use its groups. One of 1024 bits that
/// many share is worth breaking once for all of them (weakdh.org).
public enum KnownPrime {
    /// The name of a prime for people, for example `ffdhe2048` or `MODP 2048 (RFC 3526)`.
    public static func name(digest: String) -> String? {
        NamedGroup.finiteFields[digest].map { NamedGroup.name(of: $0) } ?? modp[digest]
    }

    /// RFC 2409, section 6, and RFC 3526: what OpenSSL and many others use on their own.
    private static let modp: [String: String] = [
        "b52ba6a3026520a6c49d37e4587601801bee500123b3259b6bf03e7cecc3e63d": "MODP 768 (RFC 2409)",
        "3f35a3f5f6c4376a744acad409bb22f8d897f949d2311d885adaa890981b67a0": "MODP 1024 (RFC 2409)",
        "64fcc83ec403930bf18393dbc883ccaa1fbb08ac876f77f7aa99748ca945019b": "MODP 1536 (RFC 3526)",
        "d66436f79bbd6b2e38c0ffbd079be904d2641415e2e67140e09448be9a60890e": "MODP 2048 (RFC 3526)",
        "48cf8b092fbce4359d9871abf74f98e25b6163379eaa15cd9087e800c6d1c55c": "MODP 3072 (RFC 3526)",
        "4ee95187682bcb230ad26a95205f6920e84708f6251b3894329b09ec23919e33": "MODP 4096 (RFC 3526)",
        "d1bfe6d0925ce7e4da262b62861514a7755e35831e429f343e7b864848657efd": "MODP 6144 (RFC 3526)",
        "39ab4feab950a3128fb71accb9fc3965d857012e081998a85996e3ea8b3c3bcf": "MODP 8192 (RFC 3526)",
    ]
}

extension NamedGroup {
    /// The finite-field groups of RFC 7919, appendix A, by the digest of their prime.
    public static let finiteFields: [String: UInt16] = [
        "9cd3b7f336872f46c09428d1bbc19877a4d440512cda8d1c1cf0cd6e33698966": 0x0100,
        "0eaf67db3a839156d5013494a5318a772b5697d270d721f37f092efc69ea5a17": 0x0101,
        "4648414224ac881b3d0dc59b466f96d06a558278776807797ecf1f66ff397b3e": 0x0102,
        "227ac9066b3ddd9e193670cda2388fa884f65ba0cf98b742d1fe77a6687c79c7": 0x0103,
        "770b14efaf6f049929c523113b3fa99a8d11dab1b18af3609590122075d19833": 0x0104,
    ]
}
