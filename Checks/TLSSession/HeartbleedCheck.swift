internal import CheckKit
internal import MailModel
internal import Observations

enum HeartbleedFinding: String, FindingCode {
    case readable = "tls.heartbleed"

    var sentence: Sentence {
        "The server answers a heartbeat with a false length: anybody can read its memory (Heartbleed)."
    }
    var severity: Severity { .critical }
    var remedy: String {
        "Update OpenSSL to 1.0.1g or later at once and restart Postfix, Exim or OpenSMTPD; then make a new key, have the "
            + "certificate issued anew and the old one revoked, and change passwords that went through this server."
    }
}

extension Check {
    /// A heartbeat that says it is longer than it is is thrown away. RFC 6520, section 4.
    ///
    /// Only a server that takes heartbeat is asked, once; see `OverlongHeartbeat` for how little it is.
    static let tlsNoHeartbleed = Check.perServer(
        "tls.no-heartbleed",
        title: "The server is not vulnerable to Heartbleed",
        why: """
            OpenSSL 1.0.1 to 1.0.1f answered a heartbeat with as many octets as it claimed to have, taken from the memory \
            behind it: mail, passwords, and the server\u{2019}s private key, unseen and as often as somebody likes \
            (CVE-2014-0160).
            """,
        references: [.rfc(6520, section: "4"), .rfc(7457, section: "2.14"), .cve("2014-0160")],
        examples: [
            .given("thrown away", Heartbleed(isAnswered: false), expect: .passed),
            .given(
                "answered", Heartbleed(isAnswered: true),
                expect: .found(
                    .readable,
                    "The server answers a heartbeat with a false length: anybody can read its memory (Heartbleed).")
            ),
            .given(
                "no answer at all", Heartbleed(isAnswered: nil),
                expect: .inconclusive(
                    "The server said nothing more, so how it handled the request could not be determined.")
            ),
        ]
    ) { (heartbleed: Heartbleed) -> Verdict<HeartbleedFinding> in
        switch heartbleed.isAnswered {
        case false?: .passed
        case true?: .found(.readable)
        case nil: .inconclusive("The server said nothing more, so how it handled the request could not be determined.")
        }
    }.intrusive
}
