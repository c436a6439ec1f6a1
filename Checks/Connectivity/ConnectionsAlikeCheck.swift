internal import CheckKit
internal import MailModel
internal import Observations

enum ConnectionsAlikeFinding: String, FindingCode {
    case unsteady = "smtp.unsteady"

    var sentence: Sentence {
        "Connections differ: \(.differences, .joined(.semicolon))."
    }
    var severity: Severity { .warning }
    var remedy: String {
        "Look for several machines behind the address that are set up differently, and for a limit or a filter that takes some "
            + "connections and not others; give every machine the same configuration."
    }
}

extension Check {
    /// Every connection shows the same server: which one a sender gets is the luck of the draw. RFC 5321, section 5.1.
    static let connectionsAlike = Check.perServer(
        "smtp.connections-alike",
        title: "Every connection finds the same server",
        why: """
            Several machines often answer at one address. Where one of them refuses what another takes, mail depends on luck: it \
            is delayed, sent in plaintext or returned, now and then, and nobody finds out why.
            """,
        references: [.rfc(5321, section: "5.1"), .rfc(5321, section: "4.2.1"), .rfc(3207, section: "4.2")],
        examples: [
            .given("one way each time", Conversation(), .present(SecondConversation()), .steady, expect: .passed),
            .given(
                "one EHLO reply does not list STARTTLS, another does", .seen([Sighting(.hello, "")]),
                .present(SecondConversation()), .steady,
                expect: .found(.unsteady, "Connections differ: one EHLO reply did not list STARTTLS.")),
            .given(
                "EHLO inside TLS is refused once and answered the next time",
                .seen([Sighting(.helloInsideTLS, "550 no")]), .present(SecondConversation()), .steady,
                expect: .found(.unsteady, "Connections differ: one refused EHLO inside TLS (550 no).")),
            .given(
                "one connection breaks off", .seen([Sighting(.handshake, "connection reset", isBreak: true)]),
                .present(SecondConversation()), .steady,
                expect: .found(.unsteady, "Connections differ: one broke off at STARTTLS (connection reset).")),
            .given(
                "the same offer leads to two versions of TLS", .speaking(.tls13), .present(.speaking(.tls12)), .steady,
                expect: .found(.unsteady, "Connections differ: the same offer led to TLS 1.3 and to TLS 1.2.")),
            .given(
                "some hellos are hung up on", .speaking(.tls13), .present(SecondConversation()),
                .present(.hangingUpByChance),
                expect: .found(
                    .unsteady, "Connections differ: some hung up on a ClientHello that others answered.")),
            .given(
                "STARTTLS is refused on some connections of the survey", .speaking(.tls13),
                .present(SecondConversation()), .present(.refusingSTARTTLS),
                expect: .found(.unsteady, "Connections differ: one refused STARTTLS (502 5.5.1 no).")),
            .given(
                "the second conversation was not possible", .speaking(.tls13),
                .absent(.inconclusive("a further connection was not possible: connection refused")), .steady,
                expect: .inconclusive(
                    "Not every conversation was completed: a further connection was not possible: connection refused.")),
        ]
    ) {
        (conversation: Conversation, second: Observed<SecondConversation>, survey: Observed<TLSSurvey>)
            -> Verdict<ConnectionsAlikeFinding> in
        var differences: [String] = []
        let surveyed = (survey.value?.sightings ?? []).sorted { $0.detail < $1.detail }
        for phrase in ((conversation.sightings ?? []) + (second.value?.sightings ?? []) + surveyed).map(\.phrase)
        where !differences.contains(phrase) { differences.append(phrase) }
        if let version = conversation.handshake?.value?.version,
            let other = second.value?.versions.first(where: { $0 != version })
        {
            differences.append("the same offer led to \(version) and to \(other)")
        }
        if survey.value?.hellos?.hangsUpByChance == true {
            differences.append("some hung up on a ClientHello that others answered")
        }
        guard differences.isEmpty else {
            return .found(.unsteady, [.differences: differences])
        }
        if let why = [second.absence, survey.absence].lazy.compactMap(\.self).first(where: {
            $0.certainty == .inconclusive
        }) {
            return .inconclusive("Not every conversation was completed: \(why).")
        }
        return .passed
    }
}

extension Observed<TLSSurvey> {
    fileprivate static let steady = Observed.present(TLSSurvey(host: .sample("mx.example.com")))
}

extension TLSSurvey {
    fileprivate static var refusingSTARTTLS: TLSSurvey {
        var survey = TLSSurvey(host: .sample("mx.example.com"))
        survey.note(Sighting(.handshake, "502 5.5.1 no"))
        return survey
    }

    fileprivate static var hangingUpByChance: TLSSurvey {
        var survey = TLSSurvey(host: .sample("mx.example.com"))
        survey.hellos = HelloTally(answered: 3, hungUp: 2, hangsUpByChance: true)
        return survey
    }
}

extension SecondConversation {
    fileprivate static func speaking(_ version: TLSVersion) -> SecondConversation {
        var second = SecondConversation()
        second.handshakeWithoutName = .example(version)
        return second
    }
}

extension TLSHandshake {
    fileprivate static func example(_ version: TLSVersion) -> TLSHandshake {
        var handshake = TLSSession.example.handshake
        handshake.version = version
        return handshake
    }
}

extension Sighting {
    /// A phrase about one connection.
    fileprivate var phrase: String {
        let words = detail.escapedForTerminal.shortened
        if isBreak { return "one broke off at \(stage.words) (\(words))" }
        if isWithoutSTARTTLS { return "one EHLO reply did not list STARTTLS" }
        switch stage {
        case .greeting: return "one greeting refused us (\(words))"
        case .hello, .handshake, .helloInsideTLS: return "one refused \(stage.words) (\(words))"
        }
    }
}

extension Sighting.Stage {
    fileprivate var words: String {
        switch self {
        case .greeting: "the greeting"
        case .hello: "EHLO"
        case .handshake: "STARTTLS"
        case .helloInsideTLS: "EHLO inside TLS"
        }
    }
}

extension Conversation {
    fileprivate static func speaking(_ version: TLSVersion) -> Conversation {
        var conversation = Conversation()
        conversation.handshake = .present(.example(version))
        return conversation
    }

    static func seen(_ sightings: [Sighting]) -> Conversation {
        var conversation = Conversation()
        conversation.sightings = sightings
        return conversation
    }
}
