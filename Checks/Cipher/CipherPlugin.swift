internal import CheckKit

extension Plugin {
    static let cipher = Plugin(
        "Cipher",
        summary: "Which cipher suites a server accepts: asked by class, or one by one where a check needs that.",
        checks: [.cipherAcceptable, .cipherOnly, .cipherIncludes, .cipherPreferred, .cipherOrder])
}
