internal import CheckKit

extension Plugin {
    static let certificate = Plugin(
        "Certificate", summary: "Whether the certificate of a server is trusted, current, for this host, and strong.",
        derivations: [.certificateSightings],
        checks: certificateChecks.map { $0.deciding(.certificate) })

    private static let certificateChecks: [Check] = [
        .certificateTrusted.deciding(.certificatePath), .certificateCurrent.deciding(.certificateDates),
        .certificateName.deciding(.certificateName), .certificateStrong, .certificateOnly, .certificateChainOrder,
        .certificatePurpose, .certificateUnrevoked, .certificateStapled, .certificateLifetime, .certificateLogged,
        .certificatePlaces, .certificateOtherKey, .certificateSteady,
    ]
}
