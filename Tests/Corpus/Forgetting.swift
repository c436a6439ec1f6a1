import CheckKit
import CheckKitTesting
import Checks
import FoundationEssentials
import MailModel
import Observations

/// One thing that was seen and is now forgotten: a fact as a whole, or a conversation from one stage on.
struct Forgetting: Sendable, CustomStringConvertible {
    let slot: Slot
    /// The first stage of the conversation that is forgotten; nil where the whole fact is.
    let stage: Conversation.Stage?
    let why: Absence

    var description: String {
        "\(slot.fact)\(stage.map { " from \($0) on" } ?? "") at \(slot.place): \(why)"
    }

    /// What the slot holds when it is forgotten.
    func rest(of evidence: Evidence) -> Observed<any Fact> {
        guard let stage, case .present(let fact) = evidence.observed(slot), let conversation = fact as? Conversation
        else { return .absent(why) }
        return .present(conversation.cut(at: stage, why))
    }
}

extension Forgetting {
    /// Every kind of absence that says "we do not know".
    static let absences: [Absence] = [
        .timedOut("the probe's time ran out"), .inconclusive("the name servers answered SERVFAIL"), .cancelled,
        .unplanned, .unreadable("not a number"), .failed(.timedOut(stage: "command")),
        .failed(.timedOut(stage: "connect")), .failed(.closedEarly(stage: "command")), .failed(.reset),
        .failed(.protocolError("words without a code")), .failed(.limitExceeded("a reply of more than 1000 lines")),
        .failed(.rejected(SMTPReply(421, "4.7.0 later"))), .failed(.rejected(SMTPReply(451, "4.3.0 later"))),
        .failed(.noRoute), .failed(.unreachable), .failed(.local("too many open files")),
        .failed(.outOfStep("250 late")),
        .failed(.handshake(reason: "unsupported algorithm", alert: nil)),
    ]

    /// Everything that can be forgotten of some evidence, in every way.
    static func all(of evidence: Evidence) -> [Forgetting] {
        slots(of: evidence).flatMap { slot, stage in
            absences.map { Forgetting(slot: slot, stage: stage, why: $0) }
        }
    }

    /// The same, or where nobody wants to wait for the whole one of three: each slot in some ways, and over all slots in each way.
    static func sample(of evidence: Evidence) -> [Forgetting] {
        slots(of: evidence).enumerated().flatMap { index, one in
            WholeTests.sample(absences, oneOf: 3, from: index).map { Forgetting(slot: one.0, stage: one.1, why: $0) }
        }
    }

    /// Everything that can be forgotten: each stored fact that is there, and each stage of each conversation.
    static func slots(of evidence: Evidence) -> [(Slot, Conversation.Stage?)] {
        evidence.slots.flatMap { slot -> [(Slot, Conversation.Stage?)] in
            guard case .present(let fact) = evidence.observed(slot) else { return [] }
            let stages: [Conversation.Stage?] = fact is Conversation ? Conversation.Stage.allCases : []
            return ([nil] + stages).map { (slot, $0) }
        }
    }
}

extension Conversation {
    /// The stages, in the order in which they are reached.
    enum Stage: CaseIterable {
        case greeting, hello, startTLS, handshake, helloInsideTLS, relay
    }

    /// The same conversation as if it had ended before a stage.
    func cut(at stage: Stage, _ why: Absence) -> Conversation {
        var rest = self
        let order = Stage.allCases
        for later in order.drop(while: { $0 != stage }) {
            switch later {
            case .greeting: rest.greeting = nil
            case .hello: rest.hello = nil
            case .startTLS: rest.startTLS = nil
            case .handshake: rest.handshake = nil
            case .helloInsideTLS: rest.helloInsideTLS = nil
            case .relay: rest.relay = nil
            }
        }
        if stage == .greeting || stage == .hello || stage == .startTLS { rest.startTLSAttempts = 0 }
        rest.end(why)
        return rest
    }
}
