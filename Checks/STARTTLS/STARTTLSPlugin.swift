internal import CheckKit

extension Plugin {
    static let startTLS = Plugin(
        "STARTTLS", summary: "Whether a server offers encryption, grants it, and starts afresh inside it.",
        checks: [
            .startTLSOffered, .startTLSWorks, .startTLSReset, .startTLSSteady, .startTLSCleanStart,
            .startTLSHelloForgotten,
            .startTLSCapabilities, .authInsideTLS,
        ])
}
