internal import CheckKit
internal import MailModel
internal import Observations

enum EarlyDataFinding: String, FindingCode {
    case accepted = "tls.early-data"

    var sentence: Sentence {
        "The session ticket allows \(.octets) octets of data before the next handshake is complete."
    }
    var severity: Severity { .error }
    var remedy: String {
        "Switch 0-RTT off, most likely in a TLS proxy in front of the mail server (nginx: ssl_early_data off; HAProxy: no "
            + "allow-0rtt): Postfix, Exim and OpenSMTPD do not offer it."
    }
}

extension Check {
    /// No data is taken before the handshake is complete. RFC 8446, appendix E.5; RFC 9325, section 3.10.
    ///
    /// It is read from the ticket that the server hands out; no early data is ever sent.
    static let tlsNoEarlyData = Check.perServer(
        "tls.no-early-data",
        title: "No early data (0-RTT) is accepted",
        why: """
            A sender that returns may send its first data together with its ClientHello (0-RTT). Whoever records that can \
            send it once more. A protocol must say what may be sent so, and SMTP says nothing.
            """,
        references: [.rfc(8446, section: "4.6.1"), .rfc(8446, section: "E.5"), .rfc(9325, section: "3.10")],
        examples: [
            .given("a ticket without early data", SessionTicket(TLSTicket(maxEarlyData: 0)), expect: .passed),
            .given("no ticket", SessionTicket(nil), expect: .passed),
            .given(
                "a ticket that allows 16 KiB", SessionTicket(TLSTicket(maxEarlyData: 16_384)),
                expect: .found(
                    .accepted, "The session ticket allows 16384 octets of data before the next handshake is complete.")),
        ]
    ) { (ticket: SessionTicket) -> Verdict<EarlyDataFinding> in
        guard let octets = ticket.ticket?.maxEarlyData, octets > 0 else { return .passed }
        return .found(.accepted, [.octets: Int(octets)])
    }
}
