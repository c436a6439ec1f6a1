public import MailModel

/// Writes ClientHello messages, each in one record.
///
///     record       type 22, version 03 01, length         RFC 8446, section 5.1
///     handshake    type 1, length                         section 4
///     ClientHello  version, random, session id,           section 4.1.2
///                  cipher suites, compression methods, extensions
public enum ClientHello {
    /// The ClientHello of an offer, ready to be sent.
    ///
    /// The record says 03,01 whatever is offered (RFC 8446, section 5.1), except where only SSL 3.0 is. TLS 1.3 comes with
    /// an empty list of keys, so that the server names its group in a HelloRetryRequest (section 4.2.8).
    public static func record(
        _ offer: HelloOffer, using generator: inout some RandomNumberGenerator
    ) throws(HelloError) -> [UInt8] {
        guard let newest = offer.versions.max() else { throw .impossibleOffer("no version") }
        if offer.versions.contains(.ssl2) {
            guard offer.versions == [.ssl2] else { throw .impossibleOffer("SSL 2.0 beside other versions") }
            return ssl2(using: &generator)
        }
        let random = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        var body = try body(offer, newest: newest, random: random, padding: nil)
        // Some load balancers hang on a message of 256 to 511 octets: RFC 7685, section 4.
        if (252...507).contains(body.count), newest >= .tls10 {
            body = try self.body(offer, newest: newest, random: random, padding: max(0, 508 - body.count - 4))
        }
        if body.count + 4 < offer.minimumLength, newest >= .tls10 {
            let bare = try self.body(offer, newest: newest, random: random, padding: 0)
            body = try self.body(
                offer, newest: newest, random: random, padding: max(0, offer.minimumLength - 4 - bare.count))
        }
        guard body.count <= recordLimit - 4 else { throw .offerTooLarge }
        var message = ByteWriter()
        message.raw([22, 3, newest == .ssl3 ? 0 : 1])
        try message.vector(2) { record throws(HelloError) in
            record.uint8(1)
            try record.vector(3) { handshake throws(HelloError) in handshake.raw(body) }
        }
        return message.bytes
    }

    /// The ClientHello of an offer with a random of the system's.
    public static func record(_ offer: HelloOffer) throws(HelloError) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return try record(offer, using: &generator)
    }

    /// The largest content of a record. RFC 8446, section 5.1.
    static let recordLimit = 1 << 14

    private static func body(
        _ offer: HelloOffer, newest: TLSVersion, random: [UInt8], padding: Int?
    ) throws(HelloError) -> [UInt8] {
        var body = ByteWriter()
        body.uint16(min(newest, .tls12).wireNumber)
        body.raw(random)
        body.uint8(0)
        var suites = offer.suites
        // Without extensions a signal among the suites takes the place of renegotiation_info: RFC 5746, section 3.3.
        if newest == .ssl3, offer.extensions.contains(.renegotiationInfo) {
            suites.append(CipherSuite.Signal.renegotiation)
        }
        try body.numbers(2, suites)
        try body.vector(1) { methods throws(HelloError) in methods.raw(offer.offersCompression ? [1, 0] : [0]) }
        guard newest >= .tls10 else { return body.bytes }
        try body.vector(2) { list throws(HelloError) in
            try HelloExtensions.write(offer, newest: newest, padding: padding, to: &list)
        }
        return body.bytes
    }

    /// The hello of SSL 2.0 with all of its ciphers, in a record of its own form.
    private static func ssl2(using generator: inout some RandomNumberGenerator) -> [UInt8] {
        var body = ByteWriter()
        body.raw([1, 0, 2])
        body.uint16(UInt16(truncatingIfNeeded: SSL2Cipher.all.count * 3))
        body.uint16(0)
        body.uint16(16)
        for cipher in SSL2Cipher.all {
            body.raw([16, 8, 0].map { UInt8(truncatingIfNeeded: cipher.code >> $0) })
        }
        body.raw((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
        return [0x80 | UInt8(truncatingIfNeeded: body.bytes.count >> 8), UInt8(truncatingIfNeeded: body.bytes.count)]
            + body.bytes
    }
}

extension TLSVersion {
    /// The number on the wire.
    var wireNumber: UInt16 {
        switch self {
        case .ssl2: 0x0002
        case .ssl3: 0x0300
        case .tls10: 0x0301
        case .tls11: 0x0302
        case .tls12: 0x0303
        case .tls13: 0x0304
        }
    }

    /// The version with a number on the wire.
    init?(wireNumber: UInt16) {
        guard let version = Self.allCases.first(where: { $0.wireNumber == wireNumber }) else { return nil }
        self = version
    }
}

/// A cipher of SSL 2.0. The SSL Protocol, version 2.0, section C.4.
public struct SSL2Cipher: Hashable, Sendable {
    /// Three octets.
    public let code: UInt32
    /// The name.
    public let name: String

    /// All of them.
    public static let all: [SSL2Cipher] = [
        SSL2Cipher(code: 0x010080, name: "SSL_CK_RC4_128_WITH_MD5"),
        SSL2Cipher(code: 0x020080, name: "SSL_CK_RC4_128_EXPORT40_WITH_MD5"),
        SSL2Cipher(code: 0x030080, name: "SSL_CK_RC2_128_CBC_WITH_MD5"),
        SSL2Cipher(code: 0x040080, name: "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5"),
        SSL2Cipher(code: 0x050080, name: "SSL_CK_IDEA_128_CBC_WITH_MD5"),
        SSL2Cipher(code: 0x060040, name: "SSL_CK_DES_64_CBC_WITH_MD5"),
        SSL2Cipher(code: 0x0700C0, name: "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"),
    ]
}
