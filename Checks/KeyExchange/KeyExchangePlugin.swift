internal import CheckKit

extension Plugin {
    static let keyExchange = Plugin(
        "KeyExchange", summary: "How strong the groups are in which sender and server agree on keys.",
        probes: [.tlsSignatures], derivations: [.keyShares],
        checks: [
            .keyExchangeStrong, .keyExchangeOnly, .keyExchangeIncludes, .keyExchangeSignatures, .keyExchangeFresh,
        ])
}
