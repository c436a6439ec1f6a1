internal import CheckKit
internal import MailModel

extension PasteContext {
    /// The snippets of a kind for what was found at places.
    func snippets(_ kind: PasteKind, at places: [Place]) -> [Snippet] {
        switch kind {
        case .tlsaRecords: tlsaRecords(at: places)
        case .mtaSTSIntroduction: mtaSTSIntroduction
        case .mtaSTSRecord: [mtaSTSRecord].compactMap(\.self)
        case .mtaSTSPolicy: mtaSTSPolicy
        case .mtaSTSEnforcement: mtaSTSEnforcement
        case .mtaSTSRetreat: mtaSTSRetreat
        case .tlsRPTRecord: [tlsRPTRecord].compactMap(\.self)
        case .caaRecord: caaRecords(at: places)
        case .ptrRecord: ptrRecords(at: places)
        case .startTLS, .tlsVersions, .cipherSuites, .closedRelay, .greetingName, .authInsideTLS, .serverName:
            settings(kind, at: places)
        case .certificate: rollover(at: places) + settings(kind, at: places)
        }
    }
}
