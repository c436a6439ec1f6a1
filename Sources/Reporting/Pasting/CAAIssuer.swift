internal import MailModel

/// The names that CAs have in CAA records, by the organisation in their certificates. What a certificate says is compared, never
/// copied.
enum CAAIssuer {
    /// What stands where the CA is not known.
    static let placeholder = "ca.example"

    /// The name for the issuer of a certificate; nil where it is none of those that are listed.
    static func name(of certificate: Certificate) -> String? {
        let issuer = certificate.issuer.lowercased()
        return names.first { issuer.contains($0.organisation) }?.name
    }

    private static let names: [(organisation: String, name: String)] = [
        ("let's encrypt", "letsencrypt.org"), ("google trust services", "pki.goog"), ("zerossl", "sectigo.com"),
        ("sectigo", "sectigo.com"), ("digicert", "digicert.com"), ("globalsign", "globalsign.com"),
        ("amazon", "amazon.com"), ("buypass", "buypass.com"), ("godaddy", "godaddy.com"), ("entrust", "entrust.net"),
        ("ssl corporation", "ssl.com"), ("actalis", "actalis.it"), ("asseco", "certum.pl"), ("harica", "harica.gr"),
        ("swisssign", "swisssign.com"), ("d-trust", "d-trust.net"), ("deutsche telekom", "telesec.de"),
    ]
}
