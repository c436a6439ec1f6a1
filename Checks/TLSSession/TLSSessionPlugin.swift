internal import CheckKit

extension Plugin {
    static let tlsSession = Plugin(
        "TLSSession", summary: "TLS features besides version, suite and certificate.",
        probes: [.tlsFeatures, .clientRenegotiation, .heartbleed], derivations: [.tlsTraits, .sessionTicket],
        checks: [
            .tlsSecureRenegotiation, .tlsNoClientRenegotiation, .tlsNoClientCertificate, .tlsExtendedMasterSecret,
            .tlsNoEarlyData, .tlsRecordProtection,
            .tlsFallbackSignal, .tlsAnyServerName, .tlsServerNameAccepted, .cipherRecommendedFirst, .tlsNoHeartbeat,
            .tlsNoHeartbleed,
            .tlsServersAlike,
        ])
}
