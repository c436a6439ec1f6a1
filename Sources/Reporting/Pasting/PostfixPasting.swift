internal import CheckKit

extension ServerSettings {
    /// Lines of main.cf. The last of several lines for one setting counts; what master.cf sets for a service counts more.
    var postfix: (place: String, lines: [String])? {
        guard let lines = postfixLines else { return nil }
        return ("main.cf (replace these settings, then postfix reload)", lines)
    }

    private var postfixLines: [String]? {
        switch kind {
        case .startTLS: ["smtpd_tls_security_level = may"] + chainFiles
        case .certificate: chainFiles
        // This form of the list is read by every version; >=TLSv1.2 needs 3.6.
        case .tlsVersions:
            [
                "smtpd_tls_protocols = !SSLv2, !SSLv3, !TLSv1, !TLSv1.1",
                "smtpd_tls_mandatory_protocols = !SSLv2, !SSLv3, !TLSv1, !TLSv1.1",
            ]
        case .cipherSuites:
            [
                "smtpd_tls_ciphers = medium",
                "smtpd_tls_exclude_ciphers = eNULL, EXPORT, LOW, RC4, DES, 3DES, kRSA",
            ]
        case .closedRelay:
            [
                "# Add the networks of your own clients, and nothing wider.",
                "mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128",
                "smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination",
            ]
        case .greetingName: ["myhostname = \(host)"]
        case .authInsideTLS: ["smtpd_tls_auth_only = yes"]
        // To a name that it does not know it shows its first certificate: what refuses stands in front of it.
        default: nil
        }
    }

    private var chainFiles: [String] {
        [
            "# The key, then a file with the certificate and its intermediates. Postfix 3.4 and later.",
            "smtpd_tls_chain_files = \(key), \(chain)",
        ]
    }
}
