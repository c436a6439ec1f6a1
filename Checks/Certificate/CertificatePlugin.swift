internal import CheckKit

extension Plugin {
    static let certificate = Plugin(
        "Certificate", summary: "Whether the certificate of a server is trusted, current, for this host, and strong.",
        derivations: [.certificateChain],
        checks: [.certificateTrusted, .certificateCurrent, .certificateName, .certificateStrong])
}
