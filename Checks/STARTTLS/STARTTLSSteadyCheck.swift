internal import CheckKit
internal import MailModel
internal import Observations

enum STARTTLSSteadyFinding: String, FindingCode {
    case intermittent = "starttls.intermittent"
    case mostlyMissing = "starttls.mostly-missing"
    case intermittentUnderDANE = "starttls.intermittent-under-dane"

    var sentence: Sentence {
        switch self {
        case .intermittent, .mostlyMissing: "\(.count) of \(.replies) EHLO replies listed STARTTLS."
        case .intermittentUnderDANE:
            .where(
                .count,
                is: "\(.count) of \(.replies) EHLO replies listed STARTTLS, which the TLSA records promise every time.",
                otherwise: "On some connections TLS fails (\(.reason)), which the TLSA records promise every time.")
        }
    }
    var severity: Severity {
        switch self {
        case .intermittent: .warning
        case .mostlyMissing: .error
        case .intermittentUnderDANE: .critical
        }
    }
    var remedy: String {
        "Look for several machines behind the address that are set up differently, and for a firewall or a load limit that "
            + "takes the keyword away; Postfix (smtpd_tls_security_level = may), Exim (tls_advertise_hosts = *) and OpenSMTPD "
            + "(listen on \u{2026} tls) list STARTTLS in every reply."
    }
}

extension Check {
    /// Every EHLO reply offers STARTTLS, not just some. RFC 7672, section 9.2; RFC 3207, section 6.
    static let startTLSSteady = Check.perServer(
        "starttls.steady",
        title: "STARTTLS is offered every time",
        why: """
            A sender that meets an EHLO reply without STARTTLS sends in plaintext, or, where TLSA records promise TLS, not \
            at all. That the next sender has more luck helps neither.
            """,
        references: [.rfc(7672, section: "9.2"), .rfc(3207, section: "6")],
        examples: [
            .given(
                "every reply lists it", .listed, STARTTLSTries(listed: 4), .none, .present(Conversation()), nil,
                expect: .passed),
            .given(
                "one reply of five does not list it", .listed, STARTTLSTries(listed: 3, missing: 1), .none,
                .present(Conversation()), nil,
                expect: .found(.intermittent, "4 of 5 EHLO replies listed STARTTLS.")),
            .given(
                "most replies do not list it", .listed, STARTTLSTries(missing: 3), .none, .present(Conversation()), nil,
                expect: .found(.mostlyMissing, "1 of 4 EHLO replies listed STARTTLS.")),
            .given(
                "one reply does not list it, and TLSA records promise TLS", .listed,
                STARTTLSTries(listed: 3, missing: 1), .present(.sample(.sample(3, 1, 1))), .present(Conversation()),
                nil,
                expect: .found(
                    .intermittentUnderDANE,
                    "4 of 5 EHLO replies listed STARTTLS, which the TLSA records promise every time.")),
            .given(
                "the very first reply does not list it, all others do", .listed, STARTTLSTries(listed: 4), .none,
                .present(.seen([Sighting(.hello, "")])), nil,
                expect: .found(.intermittent, "5 of 6 EHLO replies listed STARTTLS.")),
            .given(
                "the second conversation does not find it", .listed, STARTTLSTries(listed: 4), .none,
                .present(Conversation()), .withoutSTARTTLS,
                expect: .found(.intermittent, "5 of 6 EHLO replies listed STARTTLS.")),
            .given(
                "STARTTLS was refused on one connection, and TLSA records promise TLS", .listed,
                STARTTLSTries(listed: 4), .present(.sample(.sample(3, 1, 1))),
                .present(.seen([Sighting(.handshake, "502 Not now")])), nil,
                expect: .found(
                    .intermittentUnderDANE,
                    "On some connections TLS fails (502 Not now), which the TLSA records promise every time.",
                    [.reason: "502 Not now"])),
            .given(
                "STARTTLS was refused on one connection, and the TLSA records could not be looked up", .listed,
                STARTTLSTries(listed: 4), .absent(.inconclusive("SERVFAIL")),
                .present(.seen([Sighting(.handshake, "502 Not now")])), nil,
                expect: .of(
                    [], open: [.intermittentUnderDANE],
                    because: "Whether TLSA records promise STARTTLS could not be determined: SERVFAIL.")),
            .given(
                "a connection broke once, which may be chance", .listed, STARTTLSTries(listed: 4),
                .present(.sample(.sample(3, 1, 1))),
                .present(.seen([Sighting(.handshake, "connection reset", isBreak: true)])), nil, expect: .passed),
            .given(
                "the only reply lists it", .listed, STARTTLSTries(), .none, .present(Conversation()), nil,
                expect: .notApplicable("There was no further EHLO reply to compare.")),
            .given(
                "the first reply does not list it", EHLOReply(keywords: ["SIZE"]), nil, .none, .present(Conversation()),
                nil,
                expect: .notApplicable("The first EHLO reply did not list STARTTLS.")),
        ]
    ) {
        (
            ehlo: EHLOReply, tries: STARTTLSTries?, tlsa: Observed<TLSARecords>, conversation: Observed<Conversation>,
            second: SecondConversation?
        ) -> Verdict<STARTTLSSteadyFinding> in
        guard ehlo.offers("STARTTLS") else { return .notApplicable("The first EHLO reply did not list STARTTLS.") }
        let others = (conversation.value?.sightings ?? []) + (second?.sightings ?? [])
        let missing = (tries?.missing ?? 0) + others.count(where: \.isWithoutSTARTTLS)
        let isPromised = tlsa.value?.effective != nil
        let whyOpen = tlsa.absence?.whyOpen.map {
            "Whether TLSA records promise STARTTLS could not be determined: \($0)."
        }
        guard missing > 0 else {
            guard let refusal = others.first(where: \.refusesTLS), isPromised || whyOpen != nil else {
                return (tries?.listed ?? 0) > 0
                    ? .passed : .notApplicable("There was no further EHLO reply to compare.")
            }
            if let whyOpen { return .of([], open: [.intermittentUnderDANE], because: whyOpen) }
            return .found(.intermittentUnderDANE, [.reason: refusal.detail])
        }
        let listed = (tries?.listed ?? 0) + 1
        let seen: Arguments = [.count: listed, .replies: listed + missing]
        // DANE-16: records that cannot be used promise STARTTLS too.
        if isPromised {
            return .found(.intermittentUnderDANE, seen)
        }
        let issue = Issue(
            // Two machines by turns are half and half; a reply that misses it is asked for again, which makes it a third, give or take.
            missing * 4 < listed + missing ? STARTTLSSteadyFinding.intermittent : .mostlyMissing,
            seen)
        guard let whyOpen else { return .found([issue]) }
        return .of([issue], open: [.intermittentUnderDANE], because: whyOpen)
    }
}

extension Sighting {
    /// Whether the server said no to TLS, not just for now, where another connection had it.
    fileprivate var refusesTLS: Bool {
        [.handshake, .helloInsideTLS].contains(stage) && (isBreak ? isAlert : !detail.hasPrefix("4"))
    }
}

extension EHLOReply {
    fileprivate static let listed = EHLOReply(keywords: ["STARTTLS"])
}

extension SecondConversation? {
    fileprivate static var withoutSTARTTLS: SecondConversation? {
        var second = SecondConversation()
        second.sightings = [Sighting(.hello, "")]
        return second
    }
}

extension Observed<TLSARecords> {
    fileprivate static let none = Observed.present(TLSARecords.sample())
}
