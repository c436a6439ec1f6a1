public import CheckKit
internal import MailModel

/// The conversation as evidence: like `Conversation`, except that silence counts against the server where other servers
/// show that our connections get through, and where none does is our own side's.
///
/// What checks ask for is derived from this fact. A probe asks for `Conversation` instead: this one is settled only when
/// every server has had its say.
public struct Dialogue: ServerFact {
    /// `smtp.dialogue`.
    public static let id: FactID = "smtp.dialogue"
    /// The stages.
    public var stages: Conversation

    /// A conversation, taken as it is.
    public init(_ stages: Conversation) { self.stages = stages }
}

extension Derivation {
    /// Joins each conversation with what all of them show of our own side.
    static let dialogue = Derivation.perServer {
        (conversation: Conversation, vantage: Vantage, here: ThisServer) throws(Absence) -> Dialogue in
        let reached = Reached(.present(conversation))
        guard reached == .silent || reached == .unreachable else { return Dialogue(conversation) }
        let family = here.server.address.family
        var ended = Conversation()
        ended.end(
            vantage.isProven(family) ? .failed(.unreachable) : .inconclusive(vantage.whyUnusable(family)))
        return Dialogue(ended)
    }
}
