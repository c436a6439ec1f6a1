/// What could be pasted somewhere to fix a finding. A code names the kinds; the text is made by whoever writes the report, from what
/// was observed of the domain and its servers.
public enum PasteKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// A TLSA record for each key that the servers show.
    case tlsaRecords = "tlsa-records"
    /// Everything that a domain without MTA-STS needs: the policy in mode testing, then its record.
    case mtaSTSIntroduction = "mta-sts-introduction"
    /// The record that announces a policy, with an id that is new.
    case mtaSTSRecord = "mta-sts-record"
    /// The policy for the MX hosts that were seen, in the mode that it has, and its record.
    case mtaSTSPolicy = "mta-sts-policy"
    /// The policy in mode enforce, and its record.
    case mtaSTSEnforcement = "mta-sts-enforcement"
    /// The policy back in mode testing, where it loses mail, and its record.
    case mtaSTSRetreat = "mta-sts-retreat"
    /// The record that asks for reports.
    case tlsRPTRecord = "tls-rpt-record"
    /// The record that names the CAs that may issue certificates.
    case caaRecord = "caa-record"
    /// The reverse record to ask the provider for.
    case ptrRecord = "ptr-record"
    /// The settings that switch STARTTLS on.
    case startTLS = "starttls"
    /// The settings that leave TLS 1.2 and 1.3 and nothing older.
    case tlsVersions = "tls-versions"
    /// The settings that leave suites with encryption, authentication and forward secrecy.
    case cipherSuites = "cipher-suites"
    /// Where the certificate goes, its chain with it, and in which order things are done.
    case certificate
    /// The settings that refuse to relay for strangers.
    case closedRelay = "closed-relay"
    /// The setting for the name in the greeting.
    case greetingName = "greeting-name"
    /// The setting that offers AUTH inside TLS only.
    case authInsideTLS = "auth-inside-tls"
    /// The certificate for whatever name a sender asks for.
    case serverName = "server-name"
}
