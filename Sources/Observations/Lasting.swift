// What of a conversation says the same at each look, as long as the server stays as it is: codes and words that mean something, and not
// the time and the number of the connection that many replies have, nor the key that is made for one handshake.
internal import CheckKit
internal import FoundationEssentials
internal import MailModel

extension Conversation {
    /// Without keys, tickets and the free text of replies.
    public var lasting: Conversation {
        var lasting = self
        lasting.greeting = greeting?.mapped(\.lasting)
        lasting.hello = hello?.mapped(\.lasting)
        lasting.startTLS = startTLS?.mapped(\.lasting)
        lasting.handshake = handshake?.mapped(\.lasting)
        lasting.ticket = nil
        lasting.helloInsideTLS = helloInsideTLS?.mapped(\.lasting)
        lasting.relay = relay?.mapped { $0.map(\.lasting) }
        return lasting
    }
}

extension SecondConversation {
    /// Without keys and the free text of replies.
    public var lasting: SecondConversation {
        var lasting = self
        lasting.plaintextRelay = plaintextRelay?.mapped { $0.map(\.lasting) }
        lasting.handshakeWithoutName = handshakeWithoutName?.lasting
        lasting.furtherHandshakes = furtherHandshakes?.map(\.lasting)
        return lasting
    }
}

extension TLSSurvey {
    /// Without keys, and how many connections it took.
    public var lasting: TLSSurvey {
        var lasting = self
        lasting.keyShares = nil
        lasting.connections = 0
        lasting.hellos = nil
        return lasting
    }
}

extension HelloReply {
    /// The keywords, and of the first line the server's name.
    fileprivate var lasting: HelloReply {
        HelloReply(
            SMTPReply(code: reply.code, lines: reply.lines.prefix(1).map(\.firstWord) + reply.lines.dropFirst()),
            isExtended: isExtended)
    }
}

extension RelayAttempt {
    fileprivate var lasting: RelayAttempt {
        var lasting = self
        lasting.mailReply = mailReply.lasting
        lasting.recipientReply = recipientReply?.lasting
        lasting.resetReply = resetReply?.lasting
        return lasting
    }
}

extension SMTPReply {
    /// The code, and the first word of its text: an enhanced status code, or the server's name.
    fileprivate var lasting: SMTPReply { SMTPReply(code: code, lines: lines.prefix(1).map(\.firstWord)) }
}

extension TLSHandshake {
    fileprivate var lasting: TLSHandshake {
        var lasting = self
        lasting.keyShare = nil
        lasting.path.checkedAt = Date(timeIntervalSince1970: 0)
        lasting.staple?.thisUpdate = nil
        lasting.staple?.nextUpdate = nil
        return lasting
    }
}

extension String {
    fileprivate var firstWord: String { String(prefix { $0 != " " }) }
}

extension Observed {
    fileprivate func mapped<Result>(_ transform: (Value) -> Result) -> Observed<Result> {
        switch self {
        case .present(let value): .present(transform(value))
        case .absent(let why): .absent(why)
        }
    }
}
