internal import CheckKit
internal import MailModel
internal import Observations

enum ReachableFinding: String, FindingCode {
    case unreachable = "smtp.unreachable"
    case addressUnreachable = "smtp.address-unreachable"
    case neverAcceptsMail = "smtp.never-accepts-mail"

    var sentence: Sentence {
        switch self {
        case .unreachable: "No address of the host answers: \(.reasons, .joined(.semicolon))."
        case .addressUnreachable: "\(.address) takes no mail: \(.reason)."
        case .neverAcceptsMail:
            .where(
                .address, is: "\(.address) says that it never accepts mail: \(.reply).",
                otherwise: "The host says that it never accepts mail: \(.reply).")
        }
    }
    var severity: Severity { self == .addressUnreachable ? .warning : .error }
    var arguments: [FindingArgument] { self == .unreachable ? [.addresses] : [] }
    var explains: [FactID] { [Greeting.id] }
    var remedy: String {
        switch self {
        case .unreachable:
            "Start the mail server or open port 25 for it; if the host is gone for good, remove its MX record."
        case .addressUnreachable: "Make the server listen on this address too, or remove its A or AAAA record."
        case .neverAcceptsMail: "Remove the MX record: this host says that it never accepts mail."
        }
    }
}

extension Check {
    /// A sender that follows the MX records finds a mail server. RFC 5321, section 5.1.
    static let smtpReachable = Check.perHost(
        "smtp.reachable",
        title: "The MX host can be reached",
        why: """
            A sender may pick any MX host and any of its addresses. A dead one delays mail, and where a sender tries \
            no other, mail waits for hours.
            """,
        references: [.rfc(5321, section: "5.1"), .rfc(5321, section: "4.3.1"), .rfc(7504, section: "3")],
        examples: [
            .given("the address greets", .mxExample, .oneHost, .host([.greeting(220)]), .proven, expect: .passed),
            .given(
                "one address is dead, another answers", .mxExample, .oneHost,
                .host([.greeting(220), .failure(.refused)]),
                .proven,
                expect: .found(.addressUnreachable, "192.0.2.2 takes no mail: connection refused.")),
            .given(
                "one address greets, another may be slow", .mxExample, .oneHost,
                .host([.greeting(220), .failure(.timedOut(stage: "greeting"))]),
                .proven,
                expect: .of(
                    [], open: [.addressUnreachable],
                    because: "192.0.2.2 took the connection but did not greet in time.")),
            .given(
                "no address answers, and others show that we get through", .mxExample, .oneHost,
                .host([.failure(.timedOut(stage: "connect"))]), .proven,
                expect: .found(.unreachable, "No address of the host answers: 192.0.2.1 no answer in time (connect).")),
            .given(
                "nothing answers anywhere: it may be our side", .mxExample, .oneHost,
                .host([.failure(.timedOut(stage: "connect"))]),
                Vantage(ipv4: .silent, ipv6: .untried),
                expect: .inconclusive(
                    "No server answers over IPv4: port 25 may be blocked on the network this was run from.")),
            .given(
                "the greeting is slow", .mxExample, .oneHost, .host([.failure(.timedOut(stage: "greeting"))]), .proven,
                expect: .inconclusive("192.0.2.1 took the connection but did not greet in time.")),
            .given(
                "there is no route from here", .mxExample, .oneHost, .host([.failure(.noRoute)]),
                Vantage(ipv4: .noRoute, ipv6: .untried),
                expect: .inconclusive("Not tested over IPv4: this machine has no IPv4 route.")),
            .given(
                "no address answers, and those of the other family were not asked", .mxExample, .halfAsked,
                .host([.failure(.refused)]), .proven,
                expect: .inconclusive(
                    "Not tested: 2001:db8::1, for IPv6 is switched off for this run, and no other address of the host answers."
                )),
            .given(
                "the connection breaks off before the greeting, once", .mxExample, .oneHost, .host([.failure(.reset)]),
                .proven,
                expect: .inconclusive("192.0.2.1 broke off before it greeted: connection reset.")),
            .given(
                "it does so each time", .mxExample, .oneHost,
                .host([.failure(.repeated(.reset, times: 3))]), .proven,
                expect: .found(
                    .unreachable, "No address of the host answers: 192.0.2.1 connection reset, in 3 of 3 attempts.")),
            .given(
                "the server does not want to talk now", .mxExample, .oneHost, .host([.greeting(421)]), .proven,
                expect: .inconclusive("The server deferred us: 421.")),
            .given(
                "the server refuses this client", .mxExample, .oneHost, .host([.greeting(554)]), .proven,
                expect: .inconclusive("The server refuses this client: 554.")),
            .given(
                "the server never accepts mail", .mxExample, .oneHost, .host([.greeting(521)]), .proven,
                expect: .found(.neverAcceptsMail, "192.0.2.1 says that it never accepts mail: 521.")),
        ]
    ) {
        (
            here: ThisHost, hosts: Observed<MailHosts>, conversations: PerServer<Conversation>, vantage: Vantage
        ) -> Verdict<ReachableFinding> in
        let host = hosts.value?.targets.first { $0.name == here.name }
        let addresses = conversations.elements.map {
            AddressAnswer(address: $0.server.address, reached: Reached($0.observed))
        }
        guard !addresses.isEmpty else { return .noAddress(of: host) }
        let dead = addresses.compactMap { $0.death(vantage) }
        let doubt = addresses.lazy.compactMap { $0.doubt(vantage) }.first ?? host?.moreToTest
        if addresses.contains(where: { $0.reached == .greeted }) {
            return .of(
                dead.map { Issue(.addressUnreachable, [.address: $0.address, .reason: $0.cause]) },
                open: doubt == nil ? [] : [.addressUnreachable], because: doubt ?? "")
        }
        if let doubt = doubt ?? host?.notAsked { return .inconclusive(doubt) }
        for case .acceptsNoMail(let reply) in addresses.map(\.reached) {
            let address = addresses.first { $0.reached == .acceptsNoMail(reply) }?.address
            return .found(.neverAcceptsMail, [.address: address, .reply: reply.firstLine])
        }
        let causes = dead.map { "\($0.address) \($0.cause)" }
        return .found(.unreachable, [.reasons: causes, .addresses: dead.map(\.address)])
    }
}

extension Verdict<ReachableFinding> {
    /// Of a host without an address to test: it has none, or its addresses are not known, or not used.
    fileprivate static func noAddress(of host: MailHost?) -> Verdict {
        host?.moreToTest.map { .inconclusive($0) } ?? .notApplicable("The host has no address to connect to.")
    }
}

extension MailHost {
    /// Why the host may have servers that nobody tested, one sentence; nil where it has none.
    fileprivate var moreToTest: String? {
        guard mayHaveMore else { return nil }
        if let failure = failures.first { return "Its addresses are not all known: \(failure)." }
        guard leftOut.isEmpty else { return "Some of its addresses are over the limit of a run." }
        let unused = Set((switchedOff ?? []).map(\.family.rawValue)).sorted().joined(separator: " and ")
        return "Not tested: it has \(unused) addresses only, and \(unused) is switched off for this run."
    }
}

extension MailHost {
    /// The addresses of a family that the run does not use, one sentence: where no other answers, they may. Nil where there are
    /// none.
    fileprivate var notAsked: String? {
        guard let switchedOff, !switchedOff.isEmpty else { return nil }
        let families = Set(switchedOff.map(\.family.rawValue)).sorted().joined(separator: " and ")
        return
            "Not tested: \(switchedOff.map(\.description).joined(separator: ", ")), for \(families) is switched off for this "
            + "run, and no other address of the host answers."
    }
}

/// How one address of the host fared.
struct AddressAnswer {
    let address: IPAddress
    let reached: Reached

    /// Certain to be dead: it failed, or it is silent although others answer us.
    func death(_ vantage: Vantage) -> (address: IPAddress, cause: String)? {
        switch reached {
        case .failed(let failure): (address, failure.description)
        case .acceptsNoMail(let reply): (address, "it says that it never accepts any (\(reply.firstLine))")
        case .forbidden(let purpose): (address, "is a \(purpose) address, where no public mail server can be")
        case .silent where vantage.isProven(address.family): (address, "no answer in time (connect)")
        case .unreachable where vantage.isProven(address.family): (address, "address unreachable")
        default: nil
        }
    }

    /// Why this address leaves the question open.
    func doubt(_ vantage: Vantage) -> String? {
        switch reached {
        case .refusedUs(let reply) where reply.isTransient: "The server deferred us: \(reply.firstLine)."
        case .refusedUs(let reply): "The server refuses this client: \(reply.firstLine)."
        case .slow: "\(address) took the connection but did not greet in time."
        case .broke(let failure): "\(address) broke off before it greeted: \(failure)."
        case .unknown(let why): "Whether \(address) answers could not be determined: \(why)."
        case .silent where !vantage.isProven(address.family):
            "No server answers over \(address.family.rawValue): "
                + "port 25 may be blocked on the network this was run from."
        case .unreachable where !vantage.isProven(address.family), .noRoute:
            "Not tested over \(address.family.rawValue): \(vantage.whyUnusable(address.family))."
        default: nil
        }
    }
}

extension Vantage {
    fileprivate static let proven = Vantage(ipv4: .proven, ipv6: .untried)
}

extension PerServer<Conversation> {
    /// A host for examples, with one address for each conversation.
    fileprivate static func host(_ conversations: [Conversation]) -> PerServer {
        let host = DomainName(labels: [Array("mx".utf8), Array("example".utf8)])
        return PerServer(
            conversations.enumerated().compactMap { index, conversation in
                IPAddress(bytes: [192, 0, 2, UInt8(truncatingIfNeeded: index + 1)]).map {
                    (MailServer(host: host, address: $0), .present(conversation))
                }
            })
    }
}

extension Conversation {
    fileprivate static func greeting(_ code: Int) -> Conversation {
        var conversation = Conversation()
        conversation.greeting = .present(SMTPReply(code))
        return conversation
    }

    fileprivate static func failure(_ failure: WireFailure) -> Conversation {
        var conversation = Conversation()
        conversation.end(.failed(failure))
        return conversation
    }
}

extension ThisHost {
    /// The host of the examples.
    fileprivate static let mxExample = ThisHost(.sample("mx.example"))
}

extension Observed<MailHosts> {
    fileprivate static let oneHost = Observed.present(MailHosts([MailHost(.sample("mx.example"))]))

    /// One host, one of whose addresses is of a family that the run does not use.
    fileprivate static let halfAsked: Observed = {
        var host = MailHost(
            .sample("mx.example"), ipv4: .present(AddressLookup([.sample("192.0.2.1")])),
            ipv6: .present(AddressLookup([.sample("2001:db8::1")])))
        host.switchedOff = [.sample("2001:db8::1")]
        return .present(MailHosts([host]))
    }()
}
