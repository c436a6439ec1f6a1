internal import CheckKit
internal import MailModel
internal import Observations

enum GreetingFinding: String, FindingCode {
    case name = "smtp.greeting-name"
    case protocolViolation = "smtp.protocol-violation"
    case ehloRejected = "smtp.ehlo-rejected"

    var sentence: Sentence {
        switch self {
        case .name: "The greeting names \(.name, .quoted), which is not a full host name."
        case .protocolViolation:
            .where(
                .octets, is: "The greeting has a line of \(.octets) octets; the limit is 512, line end included.",
                otherwise: "The server breaks the protocol: \(.reason).")
        case .ehloRejected: "The server does not support EHLO, only HELO."
        }
    }
    var severity: Severity { .warning }
    var paste: [PasteKind] { self == .name ? [.greetingName] : [] }
    var remedy: String {
        switch self {
        case .name:
            "Let the server greet with its full host name (Postfix: myhostname; Exim: primary_hostname; OpenSMTPD: the "
                + "hostname of the listener)."
        case .protocolViolation: "Update the mail server, or look for a proxy in front of it that answers in its place."
        case .ehloRejected: "Let the server accept EHLO: without it there is no STARTTLS."
        }
    }
}

extension Check {
    /// The first words of a server follow the grammar, and name it. RFC 5321, sections 4.2 and 4.3.1.
    static let greetingValid = Check.perServer(
        "smtp.greeting-valid",
        title: "The greeting and the EHLO reply are valid",
        why: """
            Senders log the name in the greeting, and some refuse servers that break the grammar. A strange greeting often \
            shows a proxy or a firewall that answers in the server's place.
            """,
        references: [
            .rfc(5321, section: "4.2"), .rfc(5321, section: "4.3.1"), .rfc(5321, section: "4.1.1.1"),
            .rfc(5321, section: "4.5.3.1.5"),
        ],
        examples: [
            .given(
                "a full host name", .present(Greeting(SMTPReply(220, "mx1.example.com ESMTP"))),
                .present(EHLOReply(keywords: [])), expect: .passed),
            .given(
                "an address literal", .present(Greeting(SMTPReply(220, "[192.0.2.1] ESMTP"))),
                .present(EHLOReply(keywords: [])), expect: .passed),
            .given(
                "no host name", .present(Greeting(SMTPReply(220, "localhost ESMTP"))),
                .present(EHLOReply(keywords: [])),
                expect: .found(
                    .name, "The greeting names \u{201C}localhost\u{201D}, which is not a full host name.")),
            .given(
                "another 2yz than 220", .present(Greeting(SMTPReply(250, "mx1.example.com"))),
                .present(EHLOReply(keywords: [])),
                expect: .found(
                    .protocolViolation, "The server breaks the protocol: it greets with 250, and not with 220.")),
            .given(
                "EHLO is not known", .present(Greeting(SMTPReply(220, "mx1.example.com"))),
                .present(EHLOReply(keywords: [], isExtended: false)),
                expect: .found(.ehloRejected, "The server does not support EHLO, only HELO.")),
            .given(
                "EHLO got no answer", .present(Greeting(SMTPReply(220, "mx1.example.com"))),
                .absent(.failed(.timedOut(stage: "EHLO"))),
                expect: .of(
                    [], open: [.ehloRejected, .protocolViolation],
                    because: "There is no EHLO reply: no answer in time (EHLO).")),
            .given(
                "not SMTP at all", .absent(.failed(.protocolError("HTTP/1.1 400 Bad Request"))),
                .absent(.blocked(by: Greeting.id, because: .failed(.protocolError("HTTP/1.1 400 Bad Request")))),
                expect: .found(
                    .protocolViolation, "The server breaks the protocol: HTTP/1.1 400 Bad Request.")),
            .given(
                "a line that is too long", .present(Greeting(SMTPReply(220, "mx1.example.com " + filler))),
                .present(EHLOReply(keywords: [])),
                expect: .found(
                    .protocolViolation, "The greeting has a line of 522 octets; the limit is 512, line end included.")),
            .given(
                "no connection", .absent(.failed(.refused)),
                .absent(.blocked(by: Greeting.id, because: .failed(.refused))),
                expect: .notApplicable("There was no greeting: connection refused.")),
        ]
    ) { (greeting: Observed<Greeting>, ehlo: Observed<EHLOReply>) -> Verdict<GreetingFinding> in
        if let violation = greeting.violation ?? ehlo.violation {
            return .found(.protocolViolation, [.reason: violation])
        }
        guard let reply = greeting.value?.reply else {
            let why = greeting.absence ?? .unplanned
            let observation = "There was no greeting: \(why.root)."
            return why.certainty == .inconclusive ? .inconclusive(observation) : .notApplicable(observation)
        }
        guard reply.code != 521 else { return .notApplicable("The server takes no mail: \(reply.firstLine).") }
        guard reply.isPositive else {
            return .inconclusive("The server did not accept the connection: \(reply.firstLine).")
        }
        var issues: [Issue<GreetingFinding>] = []
        let name = reply.lines.first.map { $0.prefix { $0 != " " } } ?? ""
        if !name.isHostNameOrLiteral {
            issues.append(Issue(.name, [.name: name]))
        }
        if reply.code != 220 {
            issues.append(Issue(.protocolViolation, [.reason: "it greets with \(reply.code), and not with 220"]))
        }
        if let octets = reply.lines.map(\.octetsOnTheWire).max(), octets > 512 {
            issues.append(Issue(.protocolViolation, [.octets: octets]))
        }
        if ehlo.value?.isExtended == false {
            issues.append(Issue(.ehloRejected))
        }
        guard let doubt = ehlo.absence?.whyOpen else { return .of(issues) }
        return .of(
            issues, open: [.ehloRejected, .protocolViolation], because: "There is no EHLO reply: \(doubt).")
    }
}

private let filler = String(repeating: "x", count: 500)

extension String {
    /// The length of a reply line with its code, separator and line end. RFC 5321, section 4.5.3.1.5.
    fileprivate var octetsOnTheWire: Int { utf8.count + 6 }
}

extension Observed {
    /// How the server broke the protocol, if it did.
    fileprivate var violation: String? {
        switch absence {
        case .failed(.protocolError(let text)), .failed(.repeated(.protocolError(let text), _)): text
        default: nil
        }
    }
}

extension Substring {
    /// A host name of two labels or more, or an address in brackets.
    fileprivate var isHostNameOrLiteral: Bool {
        if hasPrefix("["), hasSuffix("]") {
            let literal = dropFirst().dropLast()
            return IPAddress(String(literal.hasPrefix("IPv6:") ? literal.dropFirst(5) : literal)) != nil
        }
        let labels = split(separator: ".", omittingEmptySubsequences: false).map { Array($0.utf8) }
        return DomainName(labels: labels.last?.isEmpty == true ? labels.dropLast() : labels).isHostName
    }
}
