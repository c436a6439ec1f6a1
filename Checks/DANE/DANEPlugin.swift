internal import CheckKit

extension Plugin {
    static let dane = Plugin(
        "DANE",
        summary: "Whether signed TLSA records name the certificates of the mail servers, and whether they are right.",
        probes: [.tlsaRecords, .tlsaMatches, .tlsaAtDomain], derivations: [.tlsaRecordStates],
        checks: [.daneValid, .daneCoversDomain, .daneRecordQuality, .daneIncludes])
}
