internal import CheckKit

extension ServerSettings {
    /// Lines of smtpd.conf. Of rules the first that fits counts.
    var openSMTPD: (place: String, lines: [String])? {
        if kind == .closedRelay {
            return ("smtpd.conf, before the first match line (then restart)", openSMTPDRelay)
        }
        guard let lines = openSMTPDLines else { return nil }
        return ("smtpd.conf (replace the listen lines, then restart)", lines)
    }

    private var openSMTPDLines: [String]? {
        switch kind {
        case .startTLS, .certificate, .serverName: pki + listening("")
        case .greetingName: pki + listening("")
        case .tlsVersions:
            ["# OpenSMTPD 7.0 and later; earlier ones leave it to their TLS library."] + pki
                + listening(" protocols \"tlsv1.2,tlsv1.3\"")
        case .cipherSuites:
            ["# OpenSMTPD 7.0 and later."] + pki + listening(" ciphers \"HIGH:!aNULL:!kRSA:!3DES\"")
        // AUTH without TLS is an error in its configuration.
        default: nil
        }
    }

    private var openSMTPDRelay: [String] {
        [
            "# Add every other domain that you take mail for.",
            "match !from local !auth !for domain { \"\(domain)\" } reject",
        ]
    }

    private var pki: [String] {
        [
            "pki \"\(host)\" cert \"\(chain)\"",
            "pki \"\(host)\" key \"\(key)\"",
        ]
    }

    private func listening(_ options: String) -> [String] {
        addresses.map { "listen on \($0) port 25 tls pki \"\(host)\" hostname \"\(host)\"\(options)" }
    }
}
