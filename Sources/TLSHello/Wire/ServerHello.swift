internal import MailModel

/// Reads ServerHello and HelloRetryRequest, which have one form. RFC 8446, sections 4.1.3 and 4.1.4.
///
///     version, random, session id, cipher suite, compression method [, extensions]
enum ServerHello {
    static func read(_ body: ArraySlice<UInt8>) throws(HelloError) -> ServerChoice {
        var reader = ByteReader(body, "the ServerHello")
        let legacyVersion = try reader.uint16()
        let random = try reader.bytes(32)
        _ = try reader.vector(1)
        let suite = try reader.uint16()
        let compression = try reader.uint8()
        var number = legacyVersion
        var group: UInt16?
        var keyShare: String?
        var extensions: [UInt16] = []
        if !reader.isEmpty {
            var list = try reader.reader(2)
            while !list.isEmpty {
                guard extensions.count < 100 else { throw .limitExceeded("extensions in the ServerHello") }
                let type = try list.uint16()
                var content = try list.reader(2)
                extensions.append(type)
                // supported_versions and key_share: RFC 8446, sections 4.2.1 and 4.2.8.
                if type == 43 { number = try content.uint16() }
                if type == 51 {
                    group = try content.uint16()
                    // A HelloRetryRequest names the group alone.
                    if !content.isEmpty { keyShare = SHA256.hex(try content.vector(2)) }
                }
            }
        }
        guard let version = TLSVersion(wireNumber: number), version != .ssl2 else {
            throw .malformed("a version of number \(number)")
        }
        var choice = ServerChoice(version: version, suite: suite, group: version == .tls13 ? group : nil)
        if version == .tls13 { choice.keyShare = keyShare }
        choice.isRetryRequest = random.elementsEqual(retryRandom)
        choice.compression = compression
        choice.extensions = extensions
        return choice
    }

    /// SHA-256 of "HelloRetryRequest": RFC 8446, section 4.1.3.
    static let retryRandom: [UInt8] = [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
        0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
    ]
}

/// Reads the SERVER-HELLO of SSL 2.0: The SSL Protocol, version 2.0, section 2.6.
enum SSL2Hello {
    static func read(_ message: ArraySlice<UInt8>) throws(HelloError) -> ServerChoice {
        var reader = ByteReader(message, "the ServerHello of SSL 2.0")
        let type = try reader.uint8()
        guard type == 4 else { throw .malformed("message \(type) of SSL 2.0") }
        _ = try reader.bytes(2)
        guard try reader.uint16() == 2 else { throw .malformed("a version other than SSL 2.0 in its own ServerHello") }
        let certificateLength = try reader.number(2)
        let cipherLength = try reader.number(2)
        _ = try reader.number(2)
        let certificate = try reader.bytes(certificateLength)
        var ciphers = ByteReader(try reader.bytes(cipherLength), "the ciphers of SSL 2.0")
        var choice = ServerChoice(version: .ssl2, suite: 0)
        choice.certificates = certificate.isEmpty ? [] : [Array(certificate)]
        while !ciphers.isEmpty, choice.ssl2Ciphers.count < 100 {
            choice.ssl2Ciphers.append(UInt32(truncatingIfNeeded: try ciphers.number(3)))
        }
        return choice
    }
}
