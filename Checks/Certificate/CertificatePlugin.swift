internal import CheckKit

extension Plugin {
    static let certificate = Plugin(
        "Certificate", summary: "Whether the certificate of a server is trusted, current, for this host, and strong.",
        derivations: [.certificateSightings],
        checks: [
            .certificateTrusted, .certificateCurrent, .certificateName, .certificateStrong, .certificateOnly,
            .certificateChainOrder,
            .certificatePurpose, .certificateUnrevoked, .certificateStapled, .certificateLifetime, .certificateLogged,
            .certificatePlaces, .certificateOtherKey, .certificateSteady,
        ])
}
