/// A TLS cipher suite: what its name in the IANA registry says. Whether that is weak is for profiles to decide.
public struct CipherSuite: Sendable, Hashable, Identifiable {
    /// The code point, for example 0xC02F.
    public let code: UInt16
    /// The IANA name, for example `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`; for a suite that was never registered, the name
    /// it was known by.
    public let name: String
    /// OpenSSL's name, for example `ECDHE-RSA-AES128-GCM-SHA256`; nil where OpenSSL never had the suite.
    public let openSSLName: String?
    /// How the keys are agreed on.
    public let keyExchange: KeyExchange
    /// How the server proves who it is.
    public let authentication: Authentication
    /// Whether its keys were weakened on purpose, for the export rules of the 1990s.
    public let isExport: Bool
    /// The cipher.
    public let cipher: Cipher
    /// The cipher's mode: `CBC`, `GCM`, `CCM`, `CCM_8`, `POLY1305`, `stream`, `none` …
    public let mode: String
    /// The key's length in bits, as named: 168 for triple DES, 0 for NULL.
    public let bits: Int
    /// The hash of the HMAC, for example `SHA1`; `AEAD` where the cipher protects integrity itself.
    public let mac: String
    /// The oldest version that may use it: SSL 3.0, TLS 1.2 or TLS 1.3.
    public let oldestVersion: TLSVersion
    /// What the registry's column Recommended says; nil for a suite that was never registered.
    public let recommended: Recommended?

    /// The code point.
    public var id: UInt16 { code }

    /// How keys are agreed on; the raw value is the table's word.
    public enum KeyExchange: String, Sendable, CaseIterable {
        case null = "NULL"
        case rsa = "RSA"
        /// Diffie-Hellman with the fixed key of a certificate.
        case dh = "DH"
        /// Ephemeral Diffie-Hellman, anonymous included.
        case dhe = "DHE"
        /// Elliptic-curve Diffie-Hellman with the fixed key of a certificate.
        case ecdh = "ECDH"
        /// Ephemeral elliptic-curve Diffie-Hellman, anonymous included.
        case ecdhe = "ECDHE"
        case psk = "PSK"
        case rsaPSK = "RSA_PSK"
        case dhePSK = "DHE_PSK"
        case ecdhePSK = "ECDHE_PSK"
        case srp = "SRP"
        case kerberos = "KRB5"
        case eccpwd = "ECCPWD"
        case fortezza = "FORTEZZA"
        case gost = "GOST"
        case cecpq1 = "CECPQ1"
        case ecc = "ECC"
        case ibsdh = "IBSDH"
        case ibc = "IBC"
        /// TLS 1.3: chosen apart from the suite.
        case any
    }

    /// How a server proves who it is; the raw value is the table's word.
    public enum Authentication: String, Sendable, CaseIterable {
        case null = "NULL"
        case rsa = "RSA"
        case dss = "DSS"
        case ecdsa = "ECDSA"
        /// Not at all.
        case anonymous = "anon"
        case psk = "PSK"
        case srp = "SRP"
        case kerberos = "KRB5"
        case eccpwd = "ECCPWD"
        case fortezza = "FORTEZZA"
        case gost = "GOST"
        case sm2 = "SM2"
        case sm9 = "SM9"
        /// TLS 1.3: chosen apart from the suite.
        case any
    }

    /// The cipher; the raw value is the table's word.
    public enum Cipher: String, Sendable, CaseIterable {
        case null = "NULL"
        case rc2 = "RC2"
        case rc4 = "RC4"
        case des = "DES"
        case tripleDES = "3DES"
        case idea = "IDEA"
        case seed = "SEED"
        case fortezza = "FORTEZZA"
        case gost89 = "GOST89"
        case magma = "MAGMA"
        case kuznyechik = "KUZNYECHIK"
        case aes = "AES"
        case camellia = "CAMELLIA"
        case aria = "ARIA"
        case sm4 = "SM4"
        case salsa20 = "SALSA20"
        case chacha20 = "CHACHA20"
        case aegis = "AEGIS"
        case ascon = "ASCON"
    }

    /// The column Recommended of the registry. RFC 9847, section 3; RFC 10015.
    public enum Recommended: String, Sendable {
        /// Y.
        case yes = "Y"
        /// N: not evaluated, or of limited use. Does not mean weak.
        case no = "N"
        /// D.
        case discouraged = "D"
    }
}

extension CipherSuite {
    /// Whether a stolen private key leaves earlier traffic unreadable: ephemeral key exchange. RFC 9325, section 4.1.
    public var hasForwardSecrecy: Bool {
        switch keyExchange {
        case .dhe, .ecdhe, .dhePSK, .ecdhePSK, .eccpwd, .cecpq1, .ibsdh, .any: true
        default: false
        }
    }

    /// Whether the server names a group or its own Diffie-Hellman parameters in a ServerKeyExchange (TLS 1.2 and older).
    public var hasServerParameters: Bool {
        [.dhe, .ecdhe, .dhePSK, .ecdhePSK].contains(keyExchange) || (keyExchange == .rsa && isExport)
    }

    /// Whether the server signs its part of the key exchange. RFC 5246, section 7.4.3; RFC 8446, section 4.4.3.
    public var needsSignature: Bool {
        isTLS13 || [.dhe, .ecdhe].contains(keyExchange) && [.rsa, .dss, .ecdsa].contains(authentication)
    }

    /// Whether the cipher protects integrity itself.
    public var isAEAD: Bool { mac == "AEAD" }

    /// The strength of the key in bits: 112 for triple DES, whose 168 bits yield to a meet in the middle.
    public var effectiveBits: Int { cipher == .tripleDES ? 112 : bits }

    /// Whether the cipher works on blocks of 64 bits, which repeat after some gigabytes (Sweet32).
    public var hasSmallBlocks: Bool {
        mode == "CBC" && [.rc2, .des, .tripleDES, .idea].contains(cipher) || cipher == .gost89 || cipher == .magma
    }

    /// Whether the suite belongs to TLS 1.3 and later; those work with no older version.
    public var isTLS13: Bool { oldestVersion == .tls13 }

    /// Whether a version may use the suite. RFC 5246, appendix A.5; RFC 8446, section 4.1.2.
    public func fits(_ version: TLSVersion) -> Bool {
        guard version != .ssl2 else { return false }
        return version == .tls13 ? isTLS13 : !isTLS13 && oldestVersion <= version
    }
}

extension CipherSuite {
    /// Signals that stand in a list of suites without being one.
    public enum Signal {
        /// `TLS_EMPTY_RENEGOTIATION_INFO_SCSV`: RFC 5746, section 3.3.
        public static let renegotiation: UInt16 = 0x00FF
        /// `TLS_FALLBACK_SCSV`: RFC 7507.
        public static let fallback: UInt16 = 0x5600
    }

    /// Every suite known, by code point: those of the registry and those that were used without it.
    public static let all: [CipherSuite] = (registeredTable.lines + historicTable.lines)
        .compactMap { CipherSuite(row: $0) }.sorted { $0.code < $1.code }

    private static let byCode = Dictionary(all.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
    private static let byName = Dictionary(
        all.map { ($0.name, $0) } + all.compactMap { suite in suite.openSSLName.map { ($0, suite) } },
        uniquingKeysWith: { first, _ in first })

    /// The suite with a code point, if it is known.
    public static func with(code: UInt16) -> CipherSuite? { byCode[code] }

    /// The suite with a name, IANA's or OpenSSL's, if it is known.
    public static func named(_ name: String) -> CipherSuite? { byName[name] }

    /// The name of a code point for people; an unknown one is written as its number.
    public static func name(of code: UInt16) -> String {
        if let suite = byCode[code] { return suite.name }
        let digits = String(code, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    private init?(row: Substring) {
        let words = row.split(separator: " ")
        guard words.count == 12, let code = UInt16(words[0], radix: 16),
            let keyExchange = KeyExchange(rawValue: String(words[3])),
            let authentication = Authentication(rawValue: String(words[4])),
            let cipher = Cipher(rawValue: String(words[6])), let bits = Int(words[8]),
            let oldest = TLSVersion(rawValue: String(words[10]))
        else { return nil }
        self.code = code
        name = String(words[1])
        openSSLName = words[2] == "-" ? nil : String(words[2])
        self.keyExchange = keyExchange
        self.authentication = authentication
        isExport = words[5] == "export"
        self.cipher = cipher
        mode = String(words[7])
        self.bits = bits
        mac = String(words[9])
        oldestVersion = oldest
        recommended = Recommended(rawValue: String(words[11]))
    }
}

extension String {
    /// The lines of a table.
    var lines: [Substring] { split(separator: "\n") }
}
