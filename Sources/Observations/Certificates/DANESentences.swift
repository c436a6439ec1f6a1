package import CheckKit

extension DANEVerification.Kind {
    /// What is said of it.
    package var sentence: Sentence {
        switch self {
        case .noMatch:
            .by(
                .situation,
                [
                    "no-certificate": "The server showed no certificate, and \(.owner) promises one.",
                    "weaker-digest": Self.noMatchAtAll
                        + " Only a record with SHA-256 does, which does not count beside records with SHA-512.",
                    "": Self.noMatchAtAll,
                ])
        case .noTrustAnchor:
            .by(
                .situation,
                [
                    "own-certificate": """
                    The trust anchor of \(.owner) is the server\u{2019}s own certificate, which only usage 3 may name.
                    """,
                    "": """
                    The trust anchor of \(.owner) is not among the \(.count) \
                    \(.count, one: "certificate", other: "certificates") that the server sends.
                    """,
                ])
        case .chainInvalid: "The chain to the trust anchor of \(.owner) is not valid: \(.reason)."
        case .nameMismatch:
            .where(
                .names, is: "\(Self.certificate) is for \(.names, .upTo(1)), not for \(.wanted, .joined(.or)).",
                otherwise: "\(Self.certificate) names no host, so it is not for \(.wanted, .joined(.or)).")
        case .chainOutsideDates:
            "\(.role, ["anchor": "The trust anchor", "": Self.certificate])\(optional: .subject, before: " ", .quoted) \(Self.when)."
        case .bareTrustAnchorKey:
            "The trust anchor of \(.owner) is a bare key that no certificate of the server has."
        case .anchorOutsideDates:
            "The trust anchor \(.subject, .quoted) of \(.owner) \(Self.when); DANE senders accept it."
        case .certificateExpired: "\(Self.certificate) expired on \(.ends); DANE senders accept it."
        }
    }

    /// The certificate, by the kind of its key where there are two.
    private static let certificate: Sentence = "The\(optional: .key, before: " ") certificate"

    private static let when: Sentence = .where(
        .ends, is: "expired on \(.ends)", otherwise: "is not valid before \(.begins)")

    private static let noMatchAtAll: Sentence = """
        No TLSA record of \(.owner) matches the\(optional: .key, before: " ") certificate\
        \(optional: .record, before: "; ", after: " would").
        """
}
