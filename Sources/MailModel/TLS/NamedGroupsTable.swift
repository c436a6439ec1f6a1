// Written by tools/tls-tables/generate.py; change the CSV files there, not this file.
// Columns: code, IANA name, kind, bits, versions, Recommended.

extension NamedGroup {
    /// The groups of the IANA registry.
    static let registeredTable = """
        0001 sect163k1 curve 163 TLSv1.2 D
        0002 sect163r1 curve 163 TLSv1.2 D
        0003 sect163r2 curve 163 TLSv1.2 D
        0004 sect193r1 curve 193 TLSv1.2 D
        0005 sect193r2 curve 193 TLSv1.2 D
        0006 sect233k1 curve 233 TLSv1.2 D
        0007 sect233r1 curve 233 TLSv1.2 D
        0008 sect239k1 curve 239 TLSv1.2 D
        0009 sect283k1 curve 283 TLSv1.2 N
        000A sect283r1 curve 283 TLSv1.2 N
        000B sect409k1 curve 409 TLSv1.2 N
        000C sect409r1 curve 409 TLSv1.2 N
        000D sect571k1 curve 571 TLSv1.2 N
        000E sect571r1 curve 571 TLSv1.2 N
        000F secp160k1 curve 160 TLSv1.2 D
        0010 secp160r1 curve 160 TLSv1.2 D
        0011 secp160r2 curve 160 TLSv1.2 D
        0012 secp192k1 curve 192 TLSv1.2 D
        0013 secp192r1 curve 192 TLSv1.2 D
        0014 secp224k1 curve 224 TLSv1.2 D
        0015 secp224r1 curve 224 TLSv1.2 D
        0016 secp256k1 curve 256 TLSv1.2 N
        0017 secp256r1 curve 256 TLSv1.2+TLSv1.3 Y
        0018 secp384r1 curve 384 TLSv1.2+TLSv1.3 Y
        0019 secp521r1 curve 521 TLSv1.2+TLSv1.3 N
        001A brainpoolP256r1 curve 256 TLSv1.2 N
        001B brainpoolP384r1 curve 384 TLSv1.2 N
        001C brainpoolP512r1 curve 512 TLSv1.2 N
        001D x25519 curve 253 TLSv1.2+TLSv1.3 Y
        001E x448 curve 448 TLSv1.2+TLSv1.3 Y
        001F brainpoolP256r1tls13 curve 256 TLSv1.3 N
        0020 brainpoolP384r1tls13 curve 384 TLSv1.3 N
        0021 brainpoolP512r1tls13 curve 512 TLSv1.3 N
        0022 GC256A curve 256 TLSv1.2+TLSv1.3 N
        0023 GC256B curve 256 TLSv1.2+TLSv1.3 N
        0024 GC256C curve 256 TLSv1.2+TLSv1.3 N
        0025 GC256D curve 256 TLSv1.2+TLSv1.3 N
        0026 GC512A curve 512 TLSv1.2+TLSv1.3 N
        0027 GC512B curve 512 TLSv1.2+TLSv1.3 N
        0028 GC512C curve 512 TLSv1.2+TLSv1.3 N
        0029 curveSM2 curve 256 TLSv1.3 N
        0100 ffdhe2048 finite-field 2048 TLSv1.2+TLSv1.3 N
        0101 ffdhe3072 finite-field 3072 TLSv1.2+TLSv1.3 N
        0102 ffdhe4096 finite-field 4096 TLSv1.2+TLSv1.3 N
        0103 ffdhe6144 finite-field 6144 TLSv1.2+TLSv1.3 N
        0104 ffdhe8192 finite-field 8192 TLSv1.2+TLSv1.3 N
        0200 MLKEM512 kem 0 TLSv1.3 N
        0201 MLKEM768 kem 0 TLSv1.3 N
        0202 MLKEM1024 kem 0 TLSv1.3 N
        11EB SecP256r1MLKEM768 hybrid 256 TLSv1.3 -
        11EC X25519MLKEM768 hybrid 253 TLSv1.3 -
        11ED SecP384r1MLKEM1024 hybrid 384 TLSv1.3 -
        6399 X25519Kyber768Draft00 hybrid 253 TLSv1.3 -
        639A SecP256r1Kyber768Draft00 hybrid 256 TLSv1.3 -
        """
}
