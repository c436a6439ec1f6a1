internal import CheckKit

extension Plugin {
    static let requireTLS = Plugin(
        "RequireTLS", summary: "Whether a sender can insist, for a single message, that it never travels unprotected.",
        checks: [.requireTLSOffered, .requireTLSReach])
}
