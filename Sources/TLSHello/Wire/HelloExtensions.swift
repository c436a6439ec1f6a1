internal import MailModel

/// Writes the extensions of a ClientHello. RFC 8446, section 4.2.
enum HelloExtensions {
    static func write(
        _ offer: HelloOffer, newest: TLSVersion, padding: Int?, to list: inout ByteWriter
    ) throws(HelloError) {
        var writer = ExtensionWriter(list: list)
        // RFC 6066, section 3: one name of type 0, host_name.
        if let name = offer.serverName {
            try writer.add(0) { body throws(HelloError) in
                try body.vector(2) { names throws(HelloError) in
                    names.uint8(0)
                    try names.vector(2) { host throws(HelloError) in host.raw(name.text.utf8) }
                }
            }
        }
        for kind in HelloOffer.Extension.allCases where offer.extensions.contains(kind) {
            try write(kind, newest: newest, to: &writer)
        }
        if !offer.groups.isEmpty {
            try writer.add(10) { body throws(HelloError) in try body.numbers(2, offer.groups) }
            // RFC 8422, section 5.1.2: uncompressed points only.
            try writer.add(11) { body throws(HelloError) in body.raw([1, 0]) }
        }
        if newest >= .tls12, !offer.signatureSchemes.isEmpty {
            try writer.add(13) { body throws(HelloError) in try body.numbers(2, offer.signatureSchemes) }
        }
        if newest == .tls13 {
            let versions = offer.versions.sorted(by: >).map(\.wireNumber)
            try writer.add(43) { body throws(HelloError) in try body.numbers(1, versions) }
            // RFC 8446, section 4.2.8: an empty list asks the server to name a group.
            try writer.add(51) { body throws(HelloError) in body.uint16(0) }
        }
        if let padding {
            try writer.add(21) { body throws(HelloError) in body.raw(repeatElement(0, count: padding)) }
        }
        list = writer.list
    }

    private static func write(
        _ kind: HelloOffer.Extension, newest: TLSVersion, to writer: inout ExtensionWriter
    ) throws(HelloError) {
        try writer.add(kind.rawValue) { body throws(HelloError) in
            switch kind {
            // Type ocsp, no responders, no extensions.
            case .statusRequest: body.raw([1, 0, 0, 0, 0])
            // peer_allowed_to_send: RFC 6520, section 2.
            case .heartbeat: body.uint8(1)
            // Not renegotiating: an empty verify_data.
            case .renegotiationInfo: body.uint8(0)
            // Brotli, zlib, zstd.
            case .compressCertificate: try body.numbers(1, [2, 1, 3])
            case .truncatedHMAC, .certificateTimestamps, .encryptThenMAC, .extendedMasterSecret, .sessionTicket: break
            }
        }
    }
}

private struct ExtensionWriter {
    var list: ByteWriter

    mutating func add(
        _ number: UInt16, _ body: (inout ByteWriter) throws(HelloError) -> Void
    ) throws(HelloError) {
        list.uint16(number)
        try list.vector(2, body)
    }
}
