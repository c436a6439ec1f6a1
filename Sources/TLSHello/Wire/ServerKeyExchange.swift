internal import MailModel

/// Reads the message with which a server names its ephemeral key up to TLS 1.2: RFC 5246, section 7.4.3; RFC 8422,
/// section 5.4. What it holds depends on the suite; that of a suite we do not know is passed over.
enum ServerKeyExchange {
    static func read(_ body: ArraySlice<UInt8>, into choice: inout ServerChoice) throws(HelloError) {
        guard let suite = CipherSuite.with(code: choice.suite) else { return }
        var reader = ByteReader(body, "the ServerKeyExchange")
        // RFC 4279, section 3: an identity hint comes first.
        if [.psk, .dhePSK, .ecdhePSK].contains(suite.keyExchange) { _ = try reader.vector(2) }
        switch suite.keyExchange {
        case .ecdhe, .ecdhePSK:
            guard try reader.uint8() == 3 else {
                choice.parameters = .explicitCurve
                return
            }
            choice.group = try reader.uint16()
            choice.keyShare = SHA256.hex(try reader.vector(1))
        case .dhe, .dhePSK:
            let prime = try reader.vector(2).drop { $0 == 0 }
            let generator = try reader.vector(2).drop { $0 == 0 }
            choice.keyShare = SHA256.hex(try reader.vector(2))
            choice.parameters = .finiteField(
                bits: bits(prime), primeDigest: SHA256.hex(prime),
                generator: generator.count <= 2 ? generator.reduce(0) { $0 << 8 | Int($1) } : nil)
            choice.group = NamedGroup.finiteFields[SHA256.hex(prime)]
        case .rsa:
            choice.parameters = .rsa(bits: bits(try reader.vector(2).drop { $0 == 0 }))
            _ = try reader.vector(2)
        default: return
        }
        guard choice.version == .tls12, suite.authentication != .anonymous, !reader.isEmpty else { return }
        choice.signatureScheme = try reader.uint16()
    }

    /// The size of a number without leading zeros.
    private static func bits(_ number: ArraySlice<UInt8>) -> Int {
        guard let first = number.first else { return 0 }
        return number.count * 8 - first.leadingZeroBitCount
    }
}

/// Reads a chain and its staple up to TLS 1.2.
enum Certificates {
    /// RFC 5246, section 7.4.2: a vector of vectors, the leaf first.
    static func read(_ body: ArraySlice<UInt8>) throws(HelloError) -> [[UInt8]] {
        var reader = ByteReader(body, "the Certificate message")
        var list = try reader.reader(3)
        var certificates: [[UInt8]] = []
        while !list.isEmpty {
            guard certificates.count < FlightReader.certificateLimit else {
                throw .limitExceeded("more than \(FlightReader.certificateLimit) certificates")
            }
            certificates.append(Array(try list.vector(3)))
        }
        return certificates
    }

    /// RFC 6066, section 8; nil for a status of another type than OCSP.
    static func readStatus(_ body: ArraySlice<UInt8>) throws(HelloError) -> [UInt8]? {
        var reader = ByteReader(body, "the CertificateStatus")
        guard try reader.uint8() == 1 else { return nil }
        return Array(try reader.vector(3))
    }
}
