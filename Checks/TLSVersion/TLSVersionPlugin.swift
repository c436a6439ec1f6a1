internal import CheckKit

extension Plugin {
    static let tlsVersion = Plugin(
        "TLSVersion",
        summary: "Which TLS versions a server offers, tested together with classes of suites and groups.",
        checks: [.tlsVersion, .largeHello])
}
