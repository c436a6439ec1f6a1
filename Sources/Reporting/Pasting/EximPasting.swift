internal import CheckKit

extension ServerSettings {
    /// Lines of Exim's configuration. An option must not be there twice.
    var exim: (place: String, lines: [String])? {
        if kind == .closedRelay {
            return ("first in the ACL of acl_smtp_rcpt (then restart)", eximRelay)
        }
        guard let lines = eximLines else { return nil }
        return ("main section (replace these options, then restart)", lines)
    }

    private var eximLines: [String]? {
        switch kind {
        case .startTLS: ["tls_advertise_hosts = *"] + certificateFiles
        case .certificate, .serverName: certificateFiles
        case .tlsVersions:
            [
                ".ifdef _HAVE_GNUTLS",
                "tls_require_ciphers = NORMAL:-VERS-TLS1.0:-VERS-TLS1.1",
                ".else",
                "openssl_options = +no_sslv2 +no_sslv3 +no_tlsv1 +no_tlsv1_1",
                ".endif",
            ]
        case .cipherSuites:
            [
                ".ifdef _HAVE_GNUTLS",
                "tls_require_ciphers = SECURE128:-RSA:-VERS-TLS1.0:-VERS-TLS1.1",
                ".else",
                "tls_require_ciphers = HIGH:!aNULL:!kRSA:!3DES",
                ".endif",
            ]
        case .greetingName: ["primary_hostname = \(host)"]
        case .authInsideTLS: ["auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}"]
        default: nil
        }
    }

    /// It only refuses, so that whatever the ACL goes on with still holds for everybody else.
    private var eximRelay: [String] {
        [
            "# Add the networks of your own clients, and every domain that you take mail for.",
            "  deny  message        = relay not permitted",
            "        !hosts         = <; 127.0.0.1 ; ::1",
            "        !authenticated = *",
            "        !domains       = @ : \(domain)",
        ]
    }

    private var certificateFiles: [String] {
        [
            "# The first file holds the certificate and its intermediates. Exim's own user must be able to read both.",
            "tls_certificate = \(chain)",
            "tls_privatekey = \(key)",
        ]
    }
}
