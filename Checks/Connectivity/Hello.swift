internal import CheckKit
internal import MailModel

extension SMTPConnection {
    /// Says EHLO with our name, or with our address where we have none; falls back to HELO when EHLO is not known.
    /// RFC 5321, sections 3.2 and 4.1.3.
    func hello(_ settings: RunSettings) async throws -> HelloReply {
        let name: String
        if let helo = settings.helo {
            name = helo
        } else if let address = await localAddress() {
            name = address.family == .ipv4 ? "[\(address)]" : "[IPv6:\(address)]"
        } else {
            name = "[127.0.0.1]"
        }
        let extended = try await send("EHLO \(name)")
        guard extended.code == 500 || extended.code == 502 else { return HelloReply(extended) }
        return HelloReply(try await send("HELO \(name)"), isExtended: false)
    }
}

extension HelloReply {
    /// Whether the extension is listed; only in a reply to EHLO.
    func offers(_ keyword: String) -> Bool { EHLOReply(self).offers(keyword) }
}
