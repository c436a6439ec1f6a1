internal import CheckKit

extension Plugin {
    static let requireTLS = Plugin(
        "RequireTLS", summary: "Whether a sender can require TLS all the way for a single message (REQUIRETLS).",
        checks: [.requireTLSOffered, .requireTLSReach])
}
