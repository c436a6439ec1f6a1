internal import CheckKit

extension Plugin {
    static let tlsVersion = Plugin(
        "TLSVersion",
        summary: "Which versions of TLS a server offers, learnt together with classes of suites and groups.",
        probes: [.tlsSurvey], derivations: [.tlsVersions, .tlsClasses, .tlsLargeHello],
        checks: [.tlsVersion, .largeHello])
}
