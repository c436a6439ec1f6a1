internal import CheckKit

extension Plugin {
    /// What is seen of TLS.
    static let tls = Plugin(
        "TLS", summary: "What a mail server does in TLS: versions, suites, groups and certificates.",
        probes: [.tlsSurvey, .tlsSuites, .otherCertificate],
        derivations: [.tlsVersions, .tlsClasses, .tlsLargeHello, .startTLSTries, .certificateChain, .otherChain])
}
