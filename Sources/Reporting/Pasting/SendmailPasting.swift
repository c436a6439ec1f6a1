internal import CheckKit

extension ServerSettings {
    /// Lines of sendmail.mc.
    var sendmail: (place: String, lines: [String])? {
        guard let lines = sendmailLines else { return nil }
        return ("sendmail.mc, before the MAILER lines (then make sendmail.cf, and restart)", lines)
    }

    private var sendmailLines: [String]? {
        switch kind {
        case .startTLS, .certificate, .serverName:
            [
                "define(`confSERVER_CERT', `\(chain)')dnl",
                "define(`confSERVER_KEY', `\(key)')dnl",
                "define(`confCACERT_PATH', `/etc/ssl/certs')dnl",
            ]
        case .tlsVersions:
            [
                "define(`confSERVER_SSL_OPTIONS', "
                    + "`+SSL_OP_NO_SSLv2 +SSL_OP_NO_SSLv3 +SSL_OP_NO_TLSv1 +SSL_OP_NO_TLSv1_1')dnl"
            ]
        case .cipherSuites: ["define(`confCIPHER_LIST', `HIGH:!aNULL:!kRSA:!3DES')dnl"]
        case .closedRelay:
            [
                "dnl Remove these lines where they are: without them, sendmail relays only for hosts in access and relay-domains.",
                "dnl FEATURE(`promiscuous_relay')dnl",
                "dnl FEATURE(`relay_local_from')dnl",
                "dnl FEATURE(`relay_mail_from')dnl",
            ]
        case .greetingName: ["define(`confDOMAIN_NAME', `\(host)')dnl"]
        case .authInsideTLS: ["define(`confAUTH_OPTIONS', `A p y')dnl"]
        default: nil
        }
    }
}
