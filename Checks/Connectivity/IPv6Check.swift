internal import CheckKit
internal import MailModel
internal import Observations

enum IPv6Finding: String, FindingCode {
    case noAddress = "smtp.no-ipv6-address"
    case noAnswer = "smtp.no-ipv6-answer"

    var sentence: Sentence {
        switch self {
        case .noAddress: "\(.host) has no AAAA record."
        case .noAnswer: "No IPv6 address of \(.host) answers: \(.reasons, .joined(.semicolon))."
        }
    }
    var arguments: [FindingArgument] { self == .noAnswer ? [.addresses] : [] }
    var severity: Severity { .info }

    var remedy: String {
        switch self {
        case .noAddress:
            "Give the host an IPv6 address, let the server listen on it (Postfix: inet_protocols = all; Exim: "
                + "local_interfaces; OpenSMTPD: a listener for it), and publish it in an AAAA record."
        case .noAnswer: "Let the server answer on its IPv6 address, or remove the AAAA record."
        }
    }
}

extension Check {
    /// The MX host takes mail over IPv6 as well. RFC 3974, section 2, and RFC 5321, section 5.2.
    static let smtpReachableOverIPv6 = Check.perHost(
        "smtp.reachable-over-ipv6",
        title: "The MX host can be reached over IPv6",
        why: """
            Senders that have IPv6 alone reach a domain over IPv6 or not at all. There are few of them yet, so the grade \
            asks for nothing; some policies do.
            """,
        references: [.rfc(3974, section: "2"), .rfc(5321, section: "5.2")],
        examples: [
            .given(
                "an IPv6 address that greets", .over(ipv6: "2001:db8::25"), .over("2001:db8::25", .greets), .both,
                expect: .passed),
            .given(
                "no IPv6 address", .over(ipv6: nil), .over("192.0.2.25", .greets), .both,
                expect: .found(.noAddress, "mx.example.com has no AAAA record.")),
            .given(
                "an IPv6 address that is dead", .over(ipv6: "2001:db8::25"), .over("2001:db8::25", .refuses), .both,
                expect: .found(
                    .noAnswer, "No IPv6 address of mx.example.com answers: 2001:db8::25 connection refused.")),
            .given(
                "no route over IPv6 from here", .over(ipv6: "2001:db8::25"), .over("2001:db8::25", .routeless),
                Vantage(ipv4: .proven, ipv6: .noRoute),
                expect: .inconclusive("Not tested over IPv6: this machine has no IPv6 route.")),
            .given(
                "silence over IPv6, which may be our side", .over(ipv6: "2001:db8::25"),
                .over("2001:db8::25", .isSilent), Vantage(ipv4: .proven, ipv6: .silent),
                expect: .inconclusive(
                    "No server answers over IPv6: port 25 may be blocked on the network this was run from.")),
            .given(
                "the lookup failed",
                MailHost(.sample("mx.example.com"), ipv6: .absent(.inconclusive("the name servers answered SERVFAIL"))),
                .over("192.0.2.25", .greets), .both,
                expect: .inconclusive(
                    "The AAAA lookup of mx.example.com failed: the name servers answered SERVFAIL.")),
        ]
    ) { (host: MailHost, conversations: PerServer<Conversation>, vantage: Vantage) -> Verdict<IPv6Finding> in
        switch host.ipv6 {
        case .absent(let why) where why.certainty == .inconclusive:
            return .inconclusive("The AAAA lookup of \(host.name) failed: \(why).")
        case .absent(let why): return .notApplicable(why.sentence)
        case .present(let lookup):
            if let reason = lookup.security.bogusReason {
                return .inconclusive("The AAAA records of \(host.name) do not validate: \(reason).")
            }
            if lookup.addresses.isEmpty { return .found(.noAddress, [.host: host.name]) }
        }
        let addresses = (conversations.elements + conversations.outsideScope)
            .filter { $0.server.address.family == .ipv6 }
            .map { AddressAnswer(address: $0.server.address, reached: Reached($0.observed)) }
        if addresses.contains(where: \.speaks) { return .passed }
        if let doubt = addresses.lazy.compactMap({ $0.doubt(vantage) }).first { return .inconclusive(doubt) }
        let dead = addresses.compactMap { $0.death(vantage) }
        if dead.isEmpty, host.leftOut.contains(where: { $0.family == .ipv6 }) {
            return .inconclusive("Its IPv6 addresses are over the limit of a run.")
        }
        guard !dead.isEmpty else {
            return .inconclusive("Not tested over IPv6: \(vantage.whyUnusable(.ipv6)).")
        }
        let causes = dead.map { "\($0.address) \($0.cause)" }
        return .found(.noAnswer, [.host: host.name, .reasons: causes, .addresses: dead.map(\.address)])
    }
}

extension AddressAnswer {
    /// Whether a mail server spoke, be it to say that it accepts no mail.
    fileprivate var speaks: Bool {
        switch reached {
        case .greeted, .acceptsNoMail: true
        default: false
        }
    }
}

extension Vantage {
    fileprivate static let both = Vantage(ipv4: .proven, ipv6: .proven)
}

extension MailHost {
    /// mx.example.com with an IPv4 address, and perhaps one of IPv6.
    fileprivate static func over(ipv6 address: String?) -> MailHost {
        MailHost(
            .sample("mx.example.com"), ipv4: .present(AddressLookup([.sample("192.0.2.25")])),
            ipv6: .present(AddressLookup(address.map { [.sample($0)] } ?? [])))
    }
}

extension PerServer<Conversation> {
    /// What happened at an address of mx.example.com.
    fileprivate static func over(_ address: String, _ conversation: Conversation) -> PerServer {
        PerServer([(.sample("mx.example.com", address), .present(conversation))])
    }
}

extension Conversation {
    fileprivate static var greets: Conversation {
        var conversation = Conversation()
        conversation.greeting = .present(SMTPReply(220))
        return conversation
    }
    fileprivate static let refuses = broken(.refused)
    fileprivate static let routeless = broken(.noRoute)
    fileprivate static let isSilent = broken(.timedOut(stage: "connect"))

    private static func broken(_ failure: WireFailure) -> Conversation {
        var conversation = Conversation()
        conversation.end(.failed(failure))
        return conversation
    }
}
