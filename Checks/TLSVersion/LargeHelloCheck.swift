internal import CheckKit
internal import MailModel
internal import Observations

enum LargeHelloFinding: String, FindingCode {
    case dropped = "tls.large-hello-dropped"

    var sentence: Sentence {
        "A ClientHello of 1800 octets gets no answer, a small one does."
    }
    var severity: Severity { .notice }

    var remedy: String {
        "Look for a firewall or proxy that wants the whole ClientHello in one packet, and update or bypass it; Postfix, Exim "
            + "and OpenSMTPD themselves read large ones (keep OpenSSL, GnuTLS or LibreSSL current)."
    }
}

extension Check {
    /// A ClientHello of more than one packet is answered. RFC 8446, section 4.1.2; RFC 7685, section 4.
    static let largeHello = Check.perServer(
        "tls.large-hello-answered",
        title: "A large ClientHello is answered",
        why: """
            Senders that protect mail against quantum computers begin with a key of more than a thousand octets, so \
            that their ClientHello needs two packets. Where it is dropped on the way, their TLS fails, and some send \
            mail in plaintext instead.
            """,
        references: [.rfc(8446, section: "4.1.2"), .rfc(7685, section: "4")],
        examples: [
            .given("answered", .example, TLSLargeHello(isAnswered: true), expect: .passed),
            .given(
                "dropped, while small ones are answered", .example, TLSLargeHello(isAnswered: false),
                expect: .found(
                    .dropped, "A ClientHello of 1800 octets gets no answer, a small one does.")),
            .given(
                "not known", .example, TLSLargeHello(isAnswered: nil, why: "the server hung up"),
                expect: .inconclusive(
                    "Whether a large ClientHello is answered could not be determined: the server hung up.")),
            .given(
                "no STARTTLS", nil, TLSLargeHello(isAnswered: true),
                expect: .notApplicable("This server does not offer STARTTLS.")),
        ]
    ) { (session: TLSSession?, hello: TLSLargeHello) -> Verdict<LargeHelloFinding> in
        guard session != nil else { return .notApplicable("This server does not offer STARTTLS.") }
        guard let isAnswered = hello.isAnswered else {
            let why = hello.why ?? "a small one was not answered either"
            return .inconclusive("Whether a large ClientHello is answered could not be determined: \(why).")
        }
        return isAnswered
            ? .passed : .found(.dropped)
    }
}
