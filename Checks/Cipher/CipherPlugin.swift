internal import CheckKit

extension Plugin {
    static let cipher = Plugin(
        "Cipher", summary: "Which cipher suites a server accepts: asked by class, not one by one.",
        probes: [.tlsClasses], checks: [.cipherAcceptable])
}
