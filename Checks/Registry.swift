public import CheckKit

extension Plugin {
    /// Every plugin of this repository, alphabetical, one line for each folder.
    public static let builtIn: [Plugin] = [
        .caa,
        .certificate,
        .cipher,
        .connectivity,
        .dane,
        .delivery,
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
