internal import CheckKit

extension Plugin {
    static let dane = Plugin(
        "DANE",
        summary: "Whether signed TLSA records exist for the mail servers, and whether they match.",
        probes: [.tlsaAtDomain], derivations: [.tlsaRecordStates],
        checks: [.daneValid, .daneCoversDomain, .daneRecordQuality, .daneIncludes])
}
