internal import CheckKit
internal import MailModel

extension PasteContext {
    /// A record `3 1 1` for each key that is served and that no record fits yet. RFC 7672, section 3.1.
    func tlsaRecords(at places: [Place]) -> [Snippet] {
        let servers = servers(at: places)
        let hosted = hosted(.tlsaRecords, among: servers)
        let ours = servers.filter { $0.software?.isHosted != true }.map(\.host)
        let hosts = published.tlsa.filter { ours.contains($0.host) && $0.base?.isHostName == true }
        let lines = hosts.flatMap { host in
            host.missing.map { "\(host.name). IN TLSA 3 1 1 \($0)" }
        }
        guard !lines.isEmpty else { return hosted }
        let isSigned = hosts.allSatisfy { $0.missing.isEmpty || $0.security.state == .secure }
        var notes = isSigned ? [] : ["; The zone must be signed (DNSSEC): unsigned, senders ignore these records."]
        notes.append("; Before a new key is used: publish its record beside these, and wait twice their TTL.")
        let records = Snippet("In the zone of the mail server, for the keys in use", .zone, notes + lines.unique)
        return hosted + [records].compactMap(\.self)
    }
}

extension DomainSummary.TLSA {
    /// The name that the records are below; nil where they are not where senders look.
    fileprivate var base: DomainName? {
        let labels = name.labels
        guard labels.count > 2, labels[0].hasPrefix("_"), labels[1] == "_tcp" else { return nil }
        return name.parent?.parent
    }

    /// The digests of keys that no record fits; where each is fitted by one, all, for then the records are to be written anew.
    fileprivate var missing: [String] {
        let digests = keys.filter { $0.sha256.isDigest }
        let unmatched = digests.filter { $0.matchedBy?.isEmpty != false }
        return (unmatched.isEmpty ? digests : unmatched).map(\.sha256).unique
    }
}

extension String {
    /// Whether it is a SHA-256 digest in hexadecimal.
    fileprivate var isDigest: Bool { utf8.count == 64 && allSatisfy { $0.isHexDigit && $0.isASCII } }
}
