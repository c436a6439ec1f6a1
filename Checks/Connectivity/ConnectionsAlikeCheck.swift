internal import CheckKit
internal import MailModel
internal import Observations

enum ConnectionsAlikeFinding: String, FindingCode {
    case unsteady = "smtp.unsteady"

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
            .given("one way each time", Conversation(), expect: .passed),
            .given(
                "one EHLO reply does not list STARTTLS, another does", .seen([Sighting(.hello, "")]),
                expect: .found(.unsteady, "Connections differ: one EHLO reply did not list STARTTLS.")),
            .given(
                "EHLO inside TLS is refused once and answered the next time",
                .seen([Sighting(.helloInsideTLS, "550 no")]),
                expect: .found(.unsteady, "Connections differ: one refused EHLO inside TLS (550 no).")),
            .given(
                "one connection breaks off", .seen([Sighting(.handshake, "connection reset", isBreak: true)]),
                expect: .found(.unsteady, "Connections differ: one broke off at STARTTLS (connection reset).")),
        ]
    ) { (conversation: Conversation) -> Verdict<ConnectionsAlikeFinding> in
        let sightings = conversation.sightings ?? []
        guard !sightings.isEmpty else { return .passed }
        return .found(.unsteady, "Connections differ: \(sightings.map(\.phrase).joined(separator: "; ")).")
    }
}

extension Sighting {
    /// A phrase about one connection.
    fileprivate var phrase: String {
        let words = detail.escapedForTerminal.shortened
        if isBreak { return "one broke off at \(stage.words) (\(words))" }
        switch stage {
        case .hello: return "one EHLO reply did not list STARTTLS"
        case .greeting: return "one greeting refused us (\(words))"
        case .handshake, .helloInsideTLS: return "one refused \(stage.words) (\(words))"
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
    static func seen(_ sightings: [Sighting]) -> Conversation {
        var conversation = Conversation()
        conversation.sightings = sightings
        return conversation
    }
}
