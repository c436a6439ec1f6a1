// One SMTP conversation answers most questions, and connections are the scarce resource: other people's servers allow
// few. So the session probe holds one conversation (greeting, EHLO, STARTTLS, TLS, EHLO again, relay recipients, QUIT)
// and keeps it as one fact, stage by stage. The small facts that checks ask for are derived from it, without traffic.
//
//     S: 220 mx.example ESMTP            greeting
//     C: EHLO probe.example              EHLO reply: the server's name, then one keyword on each line
//     S: 250-mx.example
//     S: 250 STARTTLS
//     C: STARTTLS                        answered 220; then the TLS handshake, and all is asked afresh inside TLS
//
// A stage is present when it says yes: a fact is never derived from a refusal. What breaks once may be chance, so that a
// connection that breaks before EHLO is answered inside TLS is made again, three times in all; only what happens each time
// is how the server behaves.
public import CheckKit
public import MailModel

/// One conversation with a server, stage by stage; a stage that is nil was not reached yet. RFC 5321, section 3.
public struct Conversation: ServerFact, DraftFact {
    /// `smtp.conversation`.
    public static let id: FactID = "smtp.conversation"

    /// The greeting, any code.
    public var greeting: Observed<SMTPReply>?
    /// The positive reply to EHLO, or to HELO where EHLO was refused; a refusal is an absence.
    public var hello: Observed<HelloReply>?
    /// The reply to STARTTLS; not applicable where it is not offered.
    public var startTLS: Observed<SMTPReply>?
    /// How many times STARTTLS was asked for, on new connections, because of 4yz replies.
    public var startTLSAttempts = 0
    /// Plaintext that came between the reply to STARTTLS and the handshake, control characters escaped; never parsed.
    public var plaintextAfterStartTLS: String?
    /// The TLS handshake.
    public var handshake: Observed<TLSHandshake>?
    /// How the server ended handshakes with its name as SNI, by an alert or by hanging up each time, where it then did one
    /// without; nil else.
    public var serverNameRefused: String?
    /// Whether it is open if the name is refused: handshakes with it failed less often than is proof, and the server did not
    /// answer when it was asked again. Nil else.
    public var serverNameUnconfirmed: Bool?
    /// The ticket for a later session that had come with the reply to EHLO inside TLS; nil where none had.
    public var ticket: TLSTicket?
    /// The positive reply to EHLO inside TLS, or to HELO; a refusal is an absence.
    public var helloInsideTLS: Observed<HelloReply>?
    /// The answers to relay recipients that name no domain, as far as they were asked.
    public var relay: Observed<[RelayAttempt]>?
    /// Whether relay attempts that name the domain were kept apart, as a `RelayInName`; nil where none were made, and in evidence of
    /// the time when they stood among the others.
    public var namesApart: Bool?
    /// How replies and commands came out of step, be it at QUIT; a phrase without a full stop. RFC 5321, section 4.2.
    public var outOfStep: String?

    /// How earlier connections of the session fared that did not get so far; nil where none did. Replies that say no, and
    /// breaks.
    public var sightings: [Sighting]?

    /// Nothing reached yet.
    public init() {}

    /// How the server refused its name as SNI, often enough to be no chance; nil where it did not.
    package var nameRefusal: String? { serverNameUnconfirmed == true ? nil : serverNameRefused }

    /// Why it is open whether the server refuses its name as SNI; nil where that is known. A phrase without a full stop.
    package var openNameRefusal: String? {
        guard serverNameUnconfirmed == true, let how = serverNameRefused else { return nil }
        return
            "a handshake with the host name as SNI failed (\(how)), one without SNI succeeded, and when asked again with "
            + "it the server did not answer"
    }

    /// Whether a handshake ended with an alert or a hang-up, and another one worked.
    package var brokeOffAtHandshake: Bool { (sightings ?? []).contains { $0.isBreak && $0.stage == .handshake } }

    /// The first stage that was not reached is absent because of `why`, the stages behind it are blocked by it.
    public mutating func end(_ why: Absence) {
        var cause: Absence?
        func fill<Value>(_ stage: inout Observed<Value>?, _ fact: FactID) {
            if stage == nil { stage = .absent(cause ?? why) }
            if cause == nil, let absence = stage?.absence {
                cause =
                    switch absence {
                    case .notApplicable, .blocked: absence
                    default: .blocked(by: fact, because: absence)
                    }
            }
        }
        fill(&greeting, Greeting.id)
        fill(&hello, EHLOReply.id)
        fill(&startTLS, STARTTLSReply.id)
        fill(&handshake, TLSSession.id)
        fill(&helloInsideTLS, EHLOReplyInsideTLS.id)
        // Relay recipients do not need TLS: they have a cause of their own.
        if relay == nil { relay = .absent(greeting?.absence == nil && hello?.absence == nil ? why : cause ?? why) }
    }
}

extension Conversation {
    /// How replies and commands came out of step, wherever that showed itself; nil where they did not.
    package var howOutOfStep: String? {
        let absences = [
            hello?.absence, startTLS?.absence, handshake?.absence, helloInsideTLS?.absence, relay?.absence,
        ]
        return outOfStep ?? absences.lazy.compactMap { $0?.outOfStep }.first
    }

    /// Whether a stage is absent for a reason that may pass, or a relay recipient was put off.
    public var leavesOpen: Bool {
        let absences = [
            greeting?.absence, hello?.absence, startTLS?.absence, handshake?.absence, helloInsideTLS?.absence,
            relay?.absence,
        ]
        return absences.contains { $0?.leavesOpen == true } || relay?.value?.contains(where: \.leavesOpen) == true
    }

    /// How many stages were reached, of five.
    package var reach: Int {
        let reached = [
            greeting?.value != nil, hello?.value != nil, startTLS?.value != nil, handshake?.value != nil,
            helloInsideTLS?.value != nil,
        ]
        return reached.lastIndex(of: true).map { $0 + 1 } ?? 0
    }
}

/// A server's answer to EHLO or HELO. RFC 5321, section 4.1.1.1.
public struct HelloReply: Hashable, Sendable, Codable {
    /// The reply.
    public var reply: SMTPReply
    /// Whether it answers EHLO; after a refused EHLO we say HELO, and there are no keywords.
    public var isExtended: Bool

    /// A reply to EHLO, or to HELO.
    public init(_ reply: SMTPReply, isExtended: Bool = true) {
        self.reply = reply
        self.isExtended = isExtended
    }
}

/// The greeting: the first words of a server. RFC 5321, section 4.2.
public struct Greeting: ServerFact, Hashable {
    /// `smtp.greeting`.
    public static let id: FactID = "smtp.greeting"
    /// The greeting, any code.
    public var reply: SMTPReply

    /// A greeting.
    public init(_ reply: SMTPReply) { self.reply = reply }
}

/// The reply to EHLO in plaintext, taken apart. RFC 5321, section 4.1.1.1.
public struct EHLOReply: ServerFact, Hashable {
    /// `smtp.ehlo-reply`.
    public static let id: FactID = "smtp.ehlo-reply"
    /// The server's own name: the first word of the reply.
    public var name: String
    /// The keyword lines, upper case, each with its parameters.
    public var keywords: [EHLOKeyword]
    /// Whether the server knows EHLO at all.
    public var isExtended: Bool

    /// A reply with keyword lines such as `SIZE 10240000`.
    public init(name: String = "mx.example", keywords: [String], isExtended: Bool = true) {
        self.name = name
        self.keywords = keywords.map(EHLOKeyword.init)
        self.isExtended = isExtended
    }

    /// What a server has answered to EHLO or HELO, taken apart.
    public init(_ hello: HelloReply) {
        self.init(
            name: hello.reply.lines.first.map { String($0.prefix { $0 != " " }) } ?? "",
            keywords: hello.isExtended ? Array(hello.reply.lines.dropFirst()) : [], isExtended: hello.isExtended)
    }

    /// Whether a keyword is listed; case does not matter.
    public func offers(_ keyword: String) -> Bool {
        keywords.contains { $0.name == keyword.uppercased() }
    }
}

/// One line of an EHLO reply.
public struct EHLOKeyword: Hashable, Sendable, Codable {
    /// The keyword, upper case.
    public var name: String
    /// What follows it, as it was sent.
    public var parameters: String?

    /// A line of the reply, without its code: the keyword and what follows it.
    public init(_ line: String) {
        let words = line.split(separator: " ", maxSplits: 1)
        name = words.first.map { $0.uppercased() } ?? ""
        parameters = words.count == 2 ? String(words[1]) : nil
    }
}

extension Absence {
    /// Whether another look may tell more: not where nobody asked.
    package var leavesOpen: Bool { certainty == .inconclusive && root != .unplanned }

    /// How replies and commands came out of step, where that is the reason; nil else.
    package var outOfStep: String? {
        if case .failed(let failure) = root { failure.outOfStep } else { nil }
    }
}

extension Conversation {
    /// The last stage that was reached, and what stopped it there.
    public var inBrief: String? {
        guard let greeting else { return "connecting" }
        guard case .present(let reply) = greeting else { return Self.phrase(greeting) }
        guard let hello else { return "greeting \(reply.code)" }
        guard hello.value != nil else { return "greeting \(reply.firstLine)" }
        guard let startTLS else { return "EHLO" }
        var step = startTLS.value.map { "STARTTLS \($0.code)" } ?? Self.phrase(startTLS)
        if let handshake {
            step = handshake.value.map { "\($0.version) \($0.group ?? $0.suite)" } ?? Self.phrase(handshake)
        }
        if case .present = relay { step += ", relay asked" }
        return step
    }

    private static func phrase<Value>(_ observed: Observed<Value>) -> String {
        guard let root = observed.absence?.root else { return "" }
        if case .notApplicable = root { return "no STARTTLS" }
        return root.description
    }
}
