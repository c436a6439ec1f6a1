internal import CheckKit
internal import MailModel
internal import Observations

enum RelayDetoursFinding: String, FindingCode {
    case possible = "relay.possible"

    var sentence: Sentence {
        "The server refuses strangers, but accepted RCPT TO:<\(.recipient)>: \(.reply)."
    }
    var severity: Severity { .warning }
    var remedy: String {
        "Find out where mail for this recipient goes: if it leaves the server, refuse it (Postfix: allow_untrusted_routing "
            + "= no; Exim: deny local_parts with %, ! or @ in front). If it stays, refuse the recipient, which does not exist."
    }
}

extension Check {
    /// A server that does not relay does not do so by a detour either. RFC 2505, section 2.1; RFC 5321, section 3.6.1.
    static let relayDetoursRefused = Check.perServer(
        "relay.detours-refused",
        title: "The server does not relay through its own addresses",
        why: """
            Some servers refuse a stranger\u{2019}s recipient and take the same recipient wrapped into an address of their \
            own: with a percent sign, a source route or a UUCP path. Spammers try all three. Acceptance may also mean a \
            mailbox of that odd name, so this is a question to the operator and no proof.
            """,
        references: [.rfc(2505, section: "2.1"), .rfc(5321, section: "3.6.1"), .rfc(5321, section: "7.9")],
        examples: [
            .given("every detour is refused", .after(refusal, refusal, refusal), expect: .passed),
            .given(
                "the percent hack is accepted", .after(SMTPReply(250, "2.1.5 Ok"), refusal, refusal, control: refusal),
                expect: .found(
                    .possible,
                    "The server refuses strangers, but accepted RCPT TO:<relay-test%example.net@mx.example.com>: "
                        + "250 2.1.5 Ok.")),
            .given(
                "a server that accepts every recipient",
                .after(SMTPReply(250, "Ok"), refusal, refusal, control: SMTPReply(250, "Ok")),
                expect: .notApplicable(
                    "The server accepts nonsense recipients too: that it accepts a detour proves nothing.")),
            .given(
                "an open relay needs no detour",
                RelayDetours([.example(.thirdParty, SMTPReply(250, "Ok"))]),
                expect: .notApplicable("The server did not refuse the plain way, so no detour was tried.")),
            .given(
                "the conversation does not reach RCPT",
                RelayDetours([
                    RelayAttempt(
                        variant: .thirdParty, sender: "relay-test@example.org", recipient: "relay-test@example.net",
                        mailReply: SMTPReply(530, "5.7.0 Authentication required"), recipientReply: nil)
                ]),
                expect: .notApplicable("The server took no recipient at all, so no detour was tried.")),
            .given(
                "the server hangs up before",
                .after(),
                expect: .inconclusive("The server refused the plain way, and no detour was asked for.")),
            .given(
                "detours are deferred", .after(SMTPReply(451, "4.7.1 Greylisted")),
                expect: .inconclusive("Every detour was deferred: 451 4.7.1 Greylisted.")),
        ]
    ) { (replies: RelayDetours) -> Verdict<RelayDetoursFinding> in
        let detours = replies.attempts.filter(\.variant.isDetour)
        let plain = replies.attempts.filter { $0.variant != .control && !$0.variant.isDetour }
        if detours.isEmpty {
            if plain.contains(where: \.isAccepted) || !plain.contains(where: \.isDefiniteRefusal) {
                return .notApplicable("The server did not refuse the plain way, so no detour was tried.")
            }
            return plain.allSatisfy { $0.recipientReply == nil }
                ? .notApplicable("The server took no recipient at all, so no detour was tried.")
                : .inconclusive("The server refused the plain way, and no detour was asked for.")
        }
        let accepted = detours.filter(\.isAccepted)
        if !accepted.isEmpty {
            // OR-03: who takes nonsense takes anything, and sorts it out later.
            if replies.attempts.contains(where: { $0.variant == .control && $0.isAccepted }) {
                return .notApplicable(
                    "The server accepts nonsense recipients too: that it accepts a detour proves nothing.")
            }
            return .found(
                accepted.map { attempt in
                    Issue(
                        .possible,
                        [.recipient: attempt.recipient, .reply: attempt.recipientReply?.firstLine ?? ""])
                })
        }
        if detours.contains(where: \.isDefiniteRefusal) { return .passed }
        let last = detours.lazy.compactMap(\.recipientReply).first ?? detours[0].mailReply
        return .inconclusive("Every detour was deferred: \(last.firstLine).")
    }

    private static let refusal = SMTPReply(550, "5.7.1 Relaying denied")
}

extension RelayDetours {
    /// A server that refuses the plain way and answers the detours so.
    fileprivate static func after(_ replies: SMTPReply..., control: SMTPReply? = nil) -> RelayDetours {
        let detours: [(RelayAttempt.Variant, String)] = [
            (.percentHack, "relay-test%example.net@mx.example.com"),
            (.sourceRoute, "@mx.example.com:relay-test@example.net"),
            (.bangPath, "example.net!relay-test@mx.example.com"),
        ]
        var attempts = [RelayAttempt.example(.thirdParty, SMTPReply(550, "5.7.1 Relaying denied"))]
        for (detour, reply) in zip(detours, replies) {
            var attempt = RelayAttempt.example(detour.0, reply)
            attempt.recipient = detour.1
            attempts.append(attempt)
        }
        if let control { attempts.append(.example(.control, control)) }
        return RelayDetours(attempts)
    }
}
