internal import CheckKit
internal import MailModel

extension PasteContext {
    /// The record that asks for reports; the mailbox is one that the reader is to make. RFC 8460, section 3.
    var tlsRPTRecord: Snippet? {
        guard let domain else { return nil }
        let isNew = published.tlsRPT?.record ?? .absent == .absent
        return Snippet(
            "In the zone of \(domain)\(isNew ? "" : ", in place of the record that is there")", .zone,
            [
                "; tls-reports@\(domain) stands for a mailbox that you read.",
                "_smtp._tls.\(domain). IN TXT \"v=TLSRPTv1; rua=mailto:tls-reports@\(domain)\"",
            ])
    }

    /// The record that names the CA of the certificate in use. RFC 8659, section 4.2.
    func caaRecords(at places: [Place]) -> [Snippet] {
        let servers = servers(at: places).filter { $0.software?.isHosted != true }
        var notes = ["; Name every CA that issues for these hosts: the others must refuse then."]
        let lines = servers.map { "\($0.host). IN CAA 0 issue \"\($0.issuer ?? CAAIssuer.placeholder)\"" }.unique
        if lines.contains(where: { $0.hasSuffix("\"\(CAAIssuer.placeholder)\"") }) {
            notes.append("; \(CAAIssuer.placeholder) stands for the name that your CA gives in its practice statement.")
        }
        guard !lines.isEmpty else { return [] }
        return [Snippet("In the zone of the mail server", .zone, notes + lines)].compactMap(\.self)
    }

    /// What to ask whoever gave the address: it is in their zone, not in the domain's. RFC 1912, section 2.1.
    func ptrRecords(at places: [Place]) -> [Snippet] {
        var seen: [IPAddress] = []
        let lines = servers(at: places).compactMap { server -> String? in
            guard !seen.contains(server.address), server.software?.isHosted != true else { return nil }
            seen.append(server.address)
            return "\(server.address.reverseName). IN PTR \(server.host)."
        }
        guard !lines.isEmpty else { return [] }
        return [Snippet("Ask whoever gave you the address for", .request, lines)].compactMap(\.self)
    }
}
