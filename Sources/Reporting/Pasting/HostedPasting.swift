internal import CheckKit
internal import MailModel

/// What customers of providers can do themselves, and what they cannot.
enum HostedPasting {
    /// Exchange Online: DANE comes with other MX hosts, which are in a signed zone.
    static func exchangeOnline(_ kind: PasteKind, _ domain: DomainName) -> [String] {
        guard kind == .tlsaRecords else { return serversOf("Microsoft") }
        return [
            "# TLSA records of its hosts are Microsoft's. These commands give you hosts that have them. Your own zone",
            "# must be signed first, and must have no other MX record meanwhile.",
            "Connect-ExchangeOnline",
            "Enable-DnssecForVerifiedDomain -DomainName \(domain)",
            "# Publish the MX record that it prints, wait for the old one's TTL, and remove the old one. Then:",
            "Enable-SmtpDaneInbound -DomainName \(domain)",
        ]
    }

    /// Google Workspace.
    static func googleWorkspace(_ kind: PasteKind) -> [String] {
        guard kind == .tlsaRecords else { return serversOf("Google") }
        return [
            "# Google publishes no TLSA records for its hosts, and you cannot: DANE is not to be had there.",
            "# MTA-STS protects mail as well; the record and the policy are yours to publish.",
        ]
    }

    private static func serversOf(_ provider: String) -> [String] {
        [
            "# These servers are \(provider)'s: their TLS versions, suites, certificates and relaying cannot be set by you.",
            "# Look whether the MX records are the ones that the admin console asks for, and report it to \(provider).",
        ]
    }
}
