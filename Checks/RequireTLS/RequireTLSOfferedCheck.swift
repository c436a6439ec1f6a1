// With REQUIRETLS (RFC 8689) a sender asks for one message that it never be relayed without TLS, and rather be returned:
//
//     S: 250 REQUIRETLS                                 in the EHLO reply inside TLS, and only there
//     C: MAIL FROM:<roger@example.org> REQUIRETLS
//
// A server that does not offer it gets no such message. The keyword outside TLS means nothing (RFC 8689, section 2).
internal import CheckKit
internal import Observations

enum RequireTLSOfferedFinding: String, FindingCode {
    case notOffered = "requiretls.not-offered"
    case outsideTLS = "requiretls.outside-tls"

    var sentence: Sentence {
        switch self {
        case .notOffered: "The EHLO reply inside TLS does not list REQUIRETLS."
        case .outsideTLS:
            .by(
                .situation,
                [
                    "before-tls": "REQUIRETLS is listed before TLS, where it means nothing, and not inside.",
                    "without-tls": "REQUIRETLS is listed without TLS, where it means nothing.",
                ])
        }
    }
    var severity: Severity { self == .notOffered ? .info : .warning }
    var remedy: String {
        switch self {
        case .notOffered:
            "Nothing to do unless you want REQUIRETLS: then use a mail server that knows it and switch it on."
        case .outsideTLS: "Let the server list REQUIRETLS in the EHLO reply inside TLS, and not before it."
        }
    }
}

extension Check {
    /// A server that knows REQUIRETLS says so inside TLS. RFC 8689, sections 2 and 4.2.1.
    static let requireTLSOffered = Check.perServer(
        "requiretls.offered",
        title: "REQUIRETLS is offered",
        why: """
            A sender that marks a message REQUIRETLS would rather have it back than have it travel unprotected. Only servers \
            that offer the extension inside TLS can receive it. Few do, and nothing else depends on it.
            """,
        references: [.rfc(8689, section: "2"), .rfc(8689, section: "4.2.1")],
        examples: [
            .given("inside TLS", .plaintext("STARTTLS"), .inside("REQUIRETLS"), expect: .passed),
            .given(
                "nowhere", .plaintext("STARTTLS"), .inside("SIZE"),
                expect: .found(.notOffered, "The EHLO reply inside TLS does not list REQUIRETLS.")),
            .given(
                "before TLS only", .plaintext("STARTTLS", "REQUIRETLS"), .inside("SIZE"),
                expect: .found(.outsideTLS, "REQUIRETLS is listed before TLS, where it means nothing, and not inside.")),
            .given(
                "without TLS", .plaintext("REQUIRETLS"), .absent(.notApplicable("The server does not offer STARTTLS.")),
                expect: .found(.outsideTLS, "REQUIRETLS is listed without TLS, where it means nothing.")),
            .given(
                "no TLS at all", .plaintext("SIZE"), .absent(.notApplicable("The server does not offer STARTTLS.")),
                expect: .notApplicable("There is no EHLO reply inside TLS: The server does not offer STARTTLS.")),
        ]
    ) { (plaintext: EHLOReply, inside: Observed<EHLOReplyInsideTLS>) -> Verdict<RequireTLSOfferedFinding> in
        let listsItEarly = plaintext.offers("REQUIRETLS")
        switch inside {
        case .present(let inside):
            if inside.reply.offers("REQUIRETLS") { return .passed }
            return listsItEarly
                ? .found(.outsideTLS, [.situation: "before-tls"]) : .found(.notOffered)
        case .absent(let why) where why.certainty == .inconclusive:
            return .inconclusive("There is no EHLO reply inside TLS: \(why.phrase).")
        case .absent(let why):
            return listsItEarly
                ? .found(.outsideTLS, [.situation: "without-tls"])
                : .notApplicable("There is no EHLO reply inside TLS: \(why.phrase).")
        }
    }
}

extension EHLOReply {
    fileprivate static func plaintext(_ keywords: String...) -> EHLOReply { EHLOReply(keywords: keywords) }
}

extension Observed<EHLOReplyInsideTLS> {
    fileprivate static func inside(_ keywords: String...) -> Observed {
        .present(EHLOReplyInsideTLS(EHLOReply(keywords: keywords)))
    }
}

extension Absence {
    /// The reason without a full stop.
    fileprivate var phrase: String {
        let text = root.description
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }
}
