import CheckKit
import Testing

/// A remedy to be tried: a domain that has a finding, and what is pasted.
struct Remedy: Sendable, CustomTestStringConvertible {
    let domain: String
    /// The check and the code that it finds there.
    let check: String
    let code: String
    /// What the code asks for.
    let paste: PasteKind
    /// The software whose configuration is changed, and the fault it is started with; nil for records and policies.
    var server: (software: String, fault: String)?
    /// What the lab must have.
    var needs: Set<String> = []

    var testDescription: String { "\(paste.rawValue)\(server.map { " of \($0.software)" } ?? "") for \(code)" }
    /// What is tried here.
    var trial: Trial { Trial(software: server?.software, paste: paste) }

    /// Text of a kind for a software, or for no particular one.
    struct Trial: Hashable, CustomStringConvertible {
        let software: String?
        let paste: PasteKind

        var description: String { "\(paste.rawValue)\(software.map { " of \($0)" } ?? "")" }
    }
}

extension Remedy {
    private static func postfix(
        _ fault: String, _ check: String, _ code: String, _ paste: PasteKind, needs: Set<String> = []
    ) -> Remedy {
        Remedy(
            domain: "fix-postfix-\(fault).test", check: check, code: code, paste: paste, server: ("postfix", fault),
            needs: needs)
    }

    private static func exim(
        _ fault: String, _ check: String, _ code: String, _ paste: PasteKind, needs: Set<String> = []
    ) -> Remedy {
        Remedy(
            domain: "fix-exim-\(fault).test", check: check, code: code, paste: paste, server: ("exim", fault),
            needs: needs)
    }

    private static func openSMTPD(_ fault: String, _ check: String, _ code: String, _ paste: PasteKind) -> Remedy {
        // In a network of its own it has folders of its own, too.
        Remedy(
            domain: "fix-opensmtpd-\(fault).test", check: check, code: code, paste: paste,
            server: ("opensmtpd", fault), needs: ["ipv6"])
    }

    /// Settings. A relay is asked over IPv6: from IPv4 addresses of the loopback every client is 127.0.0.1, which the settings let
    /// relay.
    static let settings: [Remedy] = [
        postfix("plain", "starttls.offered", "starttls.not-offered", .startTLS),
        postfix("old", "tls.version", "tls.only-deprecated", .tlsVersions),
        postfix("all", "tls.version", "tls.deprecated-offered", .tlsVersions),
        postfix("null", "cipher.acceptable", "cipher.null", .cipherSuites),
        postfix("static", "cipher.acceptable", "cipher.no-forward-secrecy", .cipherSuites),
        postfix("relay", "relay.closed", "relay.open", .closedRelay, needs: ["ipv6"]),
        postfix("incomplete", "certificate.trusted", "certificate.incomplete-chain", .certificate),
        postfix("expired", "certificate.current", "certificate.expired", .certificate),
        postfix("self-signed", "certificate.trusted", "certificate.self-signed", .certificate),
        postfix("wrong-name", "certificate.name", "certificate.name-mismatch", .certificate),
        postfix("greeting", "smtp.greeting-valid", "smtp.greeting-name", .greetingName),
        exim("plain", "starttls.offered", "starttls.not-offered", .startTLS),
        exim("all", "tls.version", "tls.deprecated-offered", .tlsVersions),
        exim("static", "cipher.acceptable", "cipher.no-forward-secrecy", .cipherSuites),
        exim("relay", "relay.closed", "relay.open", .closedRelay, needs: ["ipv6"]),
        exim("incomplete", "certificate.trusted", "certificate.incomplete-chain", .certificate),
        exim("self-signed", "certificate.trusted", "certificate.self-signed", .certificate),
        exim("greeting", "smtp.greeting-valid", "smtp.greeting-name", .greetingName),
        exim("auth", "auth.inside-tls", "auth.before-tls", .authInsideTLS),
        exim("sni", "tls.server-name-accepted", "tls.server-name-refused", .serverName),
        openSMTPD("plain", "starttls.offered", "starttls.not-offered", .startTLS),
        openSMTPD("greeting", "smtp.greeting-valid", "smtp.greeting-name", .greetingName),
    ]

    /// Records and policies, in this order: some build on those before.
    static let records: [Remedy] = [
        Remedy(domain: "fix-records.test", check: "dane.covers-domain", code: "dane.absent", paste: .tlsaRecords),
        Remedy(domain: "fix-tlsa-wrong.test", check: "dane.valid", code: "dane.no-match", paste: .tlsaRecords),
        Remedy(domain: "fix-tlsa-private.test", check: "dane.valid", code: "dane.no-trust-anchor", paste: .tlsaRecords),
        Remedy(domain: "fix-records.test", check: "caa.limits-issuance", code: "caa.absent", paste: .caaRecord),
        Remedy(domain: "fix-records.test", check: "ptr.forward-confirmed", code: "ptr.missing", paste: .ptrRecord),
        Remedy(
            domain: "fix-records.test", check: "tls-rpt.published", code: "tls-rpt.absent-beside-policy",
            paste: .tlsRPTRecord),
        Remedy(
            domain: "fix-records.test", check: "mta-sts.enforced", code: "mta-sts.absent", paste: .mtaSTSIntroduction,
            needs: ["https"]),
        Remedy(
            domain: "fix-records.test", check: "mta-sts.enforced", code: "mta-sts.testing", paste: .mtaSTSEnforcement,
            needs: ["https"]),
        Remedy(
            domain: "fix-sts-loses.test", check: "mta-sts.enforced", code: "mta-sts.loses-all-mail",
            paste: .mtaSTSRetreat, needs: ["https"]),
        Remedy(
            domain: "fix-sts-short.test", check: "mta-sts.policy-quality", code: "mta-sts.max-age-short",
            paste: .mtaSTSPolicy, needs: ["https"]),
        Remedy(
            domain: "fix-sts-bad-id.test", check: "mta-sts.published", code: "mta-sts.record-invalid",
            paste: .mtaSTSRecord, needs: ["https"]),
    ]

    /// What is not tried, and why not.
    static let untried: [Trial: String] = {
        let noHandshake = """
            Debian 12 has OpenSMTPD 6.8.0p2, which completes no handshake with OpenSSL 3 and knows neither "protocols" nor "ciphers"
            """
        return [
            Trial(software: "postfix", paste: .authInsideTLS):
                "Postfix offers AUTH only beside a SASL service, and the lab has none",
            Trial(software: "opensmtpd", paste: .tlsVersions): noHandshake,
            Trial(software: "opensmtpd", paste: .cipherSuites): noHandshake,
            Trial(software: "opensmtpd", paste: .certificate): noHandshake,
            Trial(software: "opensmtpd", paste: .serverName): noHandshake,
            Trial(software: "opensmtpd", paste: .closedRelay):
                "every client in the lab has an address of the machine, which OpenSMTPD takes for local",
        ]
    }()

    /// What has no text: such a server cannot have the finding.
    static let impossible: Set<Trial> = [
        Trial(software: "postfix", paste: .serverName), Trial(software: "opensmtpd", paste: .authInsideTLS),
    ]
}
