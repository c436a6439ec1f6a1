internal import MailModel

/// A part of the chain of trust that the validator could not get, read from its reason for calling an answer bogus.
///
/// libunbound says bogus both when a zone has no key and when asking for the key failed. Only the first is proven
/// (RFC 4035, section 4.3); the second is a server failure that we happened to meet one step higher. Asking for the
/// link once more, from the cache, tells which.
struct MissingLink: Equatable {
    let zone: DomainName
    let type: DNSRecordType

    /// Reads `No DNSKEY record [from SERVER] for key ZONE while …`, `no DNSKEY rrset for trust anchor ZONE while …` and
    /// `SERVFAIL no DS for DS ZONE while …`, also at the end of a longer reason; nil for every other reason.
    init?(reason: String) {
        let words = reason.split(separator: " ")
        guard let end = words.lastIndex(of: "while"), end >= 4,
            let zone = DomainName(masterFile: String(words[end - 1]))
        else { return nil }
        let phrase = words[..<(end - 1)].suffix(7).joined(separator: " ").lowercased()
        if phrase.contains("no dnskey") {
            type = .dnskey
        } else if phrase.contains("no ds") {
            type = .ds
        } else {
            return nil
        }
        self.zone = zone
    }
}
