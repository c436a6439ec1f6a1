internal import CheckKit

extension Plugin {
    /// What certificates prove.
    static let certificates = Plugin(
        "Certificates",
        summary: "The certificates that a mail server shows, and whether PKIX or DANE makes them valid.",
        probes: [.tlsaMatches, .otherCertificate], derivations: [.certificateChain, .otherChain])
}
