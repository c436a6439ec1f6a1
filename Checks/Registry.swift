public import CheckKit
internal import Observations

extension Plugin {
    /// Everything that this repository knows: what is observed, and what is judged.
    public static let builtIn: [Plugin] = observations + judgements

    /// Every folder of checks, alphabetical, one line for each.
    public static let judgements: [Plugin] = [
        .caa,
        .certificate,
        .cipher,
        .connectivity,
        .dane,
        .dnssec,
        .keyExchange,
        .mtaSTS,
        .mx,
        .ptr,
        .relay,
        .requireTLS,
        .startTLS,
        .tlsRPT,
        .tlsSession,
        .tlsVersion,
    ]
}
