internal import CheckKit
internal import MailModel

extension PasteContext {
    /// Settings for the software of each server; where one does not say what it is, a choice.
    func settings(_ kind: PasteKind, at places: [Place]) -> [Snippet] {
        let servers = servers(at: places)
        guard let domain, !servers.isEmpty else { return [] }
        let known = MailSoftware.allCases.filter { software in
            !software.isHosted && servers.contains { $0.software == software }
        }
        let unknown = servers.filter { $0.software == nil }
        let choice = unknown.isEmpty ? [] : MailSoftware.usual.filter { !known.contains($0) }
        let found = known.compactMap { software in
            ServerSettings(kind, domain, servers.filter { $0.software == software })?.snippet(software, isCertain: true)
        }
        return hosted(kind, among: servers) + found
            + choice.compactMap { ServerSettings(kind, domain, unknown)?.snippet($0, isCertain: false) }
    }

    /// What can be done, and what cannot, where somebody else runs the servers.
    func hosted(_ kind: PasteKind, among servers: [Server]) -> [Snippet] {
        guard let domain else { return [] }
        return [MailSoftware.exchangeOnline, .googleWorkspace].compactMap { software in
            guard servers.contains(where: { $0.software == software }) else { return nil }
            let lines =
                software == .exchangeOnline
                ? HostedPasting.exchangeOnline(kind, domain) : HostedPasting.googleWorkspace(kind)
            return Snippet("\(software.name): what you can do there", software.kind, lines)
        }
    }

    /// The order in which a certificate is changed where TLSA records name the key. RFC 7671, section 8.1.
    func rollover(at places: [Place]) -> [Snippet] {
        let hosts = servers(at: places).map(\.host)
        let named = published.tlsa.filter { hosts.contains($0.host) && !$0.records.isEmpty && $0.why == nil }
        guard let host = named.first?.host else { return [] }
        let steps = Snippet(
            "In this order, because TLSA records name the key", .steps,
            [
                "1. Make the new key and get its certificate. The digest for its record:",
                "   openssl x509 -in \(ServerSettings.folder)/\(host).fullchain.pem -noout -pubkey |",
                "     openssl pkey -pubin -outform DER | openssl sha256",
                "2. Publish TLSA 3 1 1 of the new key beside the old records, and wait twice their TTL.",
                "3. Only then let the server use the new certificate. A renewal with the old key needs neither.",
                "4. Remove the record of the old key.",
            ])
        return [steps].compactMap(\.self)
    }
}

/// What settings name: the domain, the host, its addresses. All names here are plain host names.
struct ServerSettings {
    /// Where certificates are expected; whoever has another place writes that.
    static let folder = "/etc/ssl/mail"

    let kind: PasteKind
    let domain: DomainName
    let host: DomainName
    /// Hosts of the same kind that need the same, each with its own name.
    let others: [DomainName]
    let addresses: [IPAddress]

    /// Nil for no servers.
    init?(_ kind: PasteKind, _ domain: DomainName, _ servers: [PasteContext.Server]) {
        guard let host = servers.first?.host else { return nil }
        self.kind = kind
        self.domain = domain
        self.host = host
        others = servers.map(\.host).filter { $0 != host }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        addresses = servers.filter { $0.host == host }.map(\.address)
    }

    /// The file with the server's certificate, then its intermediates.
    var chain: String { "\(Self.folder)/\(host).fullchain.pem" }
    /// The file with its private key.
    var key: String { "\(Self.folder)/\(host).key" }

    func snippet(_ software: MailSoftware, isCertain: Bool) -> Snippet? {
        guard let (place, lines) = settings(software) else { return nil }
        let name = isCertain ? software.name : "If it is \(software.name)"
        let isOwn = lines.contains { $0.contains(host.text) }
        let comment = software == .sendmail ? "dnl" : "#"
        let same =
            isOwn && !others.isEmpty
            ? ["\(comment) Likewise, each with its own name: \(others.map(\.text).joined(separator: ", "))"] : []
        return Snippet("\(name), \(place)", software.kind, lines + same)
    }

    private func settings(_ software: MailSoftware) -> (place: String, lines: [String])? {
        switch software {
        case .postfix: postfix
        case .exim: exim
        case .openSMTPD: openSMTPD
        case .sendmail: sendmail
        case .exchange: exchange
        case .exchangeOnline, .googleWorkspace: nil
        }
    }
}
