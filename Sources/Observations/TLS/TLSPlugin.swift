internal import CheckKit

extension Plugin {
    /// What the survey's answers say.
    static let tls = Plugin(
        "TLS", summary: "What a mail server does in TLS: versions, suites and groups.",
        derivations: [.tlsVersions, .tlsClasses, .tlsLargeHello, .startTLSTries])
}
