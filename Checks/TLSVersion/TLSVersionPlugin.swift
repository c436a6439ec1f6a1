internal import CheckKit

extension Plugin {
    static let tlsVersion = Plugin(
        "TLSVersion", summary: "Which versions of TLS a server offers, each tried alone.",
        probes: [.tlsVersions], derivations: [.tlsVersionPlan], checks: [.tlsVersion])
}
