// What of a conversation says the same at each look, as long as the server stays as it is: codes and words that mean something, and not
// the time and the number of the connection that many replies have, nor the key that is made for one handshake.
package import CheckKit
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
        lasting.injection = injection?.mapped(\.lasting)
        lasting.handshakeWithoutName = handshakeWithoutName?.lasting
        lasting.furtherHandshakes = furtherHandshakes?.map(\.lasting)
        return lasting
    }
}

extension CommandInjection {
    /// Without the free text of replies.
    public var lasting: CommandInjection {
        var lasting = self
        lasting.reply = reply?.lasting
        lasting.secondSTARTTLS = secondSTARTTLS?.lasting
        lasting.mailWithoutHello = mailWithoutHello?.lasting
        return lasting
    }
}

extension OtherCertificate {
    /// Without what the handshake has at that instant only.
    public var lasting: OtherCertificate {
        var lasting = self
        lasting.handshake = handshake?.lasting
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

extension TLSARecords {
    /// Without what a cache counts down and a signer renews, the records in one order.
    public var lasting: TLSARecords {
        var lasting = self
        lasting.lookups = lookups.map(\.lasting)
        lasting.ignored = ignored?.lasting
        return lasting
    }
}

extension MTASTSPolicy {
    /// Without what the handshake with the policy host has at that instant only.
    public var lasting: MTASTSPolicy {
        var lasting = self
        lasting.exchange?.handshake = exchange?.handshake?.lasting
        return lasting
    }
}

extension TLSALookup {
    fileprivate var lasting: TLSALookup {
        var lasting = withoutWords(self, \.security)
        lasting.records.sort { $0.description < $1.description }
        lasting.ttl = 0
        lasting.signature = nil
        return lasting
    }
}

/// A copy in which the security of an answer has no reason.
func withoutWords<Value>(_ value: Value, _ security: WritableKeyPath<Value, DNSSecurity>) -> Value {
    var lasting = value
    switch value[keyPath: security] {
    case .secure, .insecure: break
    case .bogus: lasting[keyPath: security] = .bogus("")
    case .indeterminate: lasting[keyPath: security] = .indeterminate("")
    }
    return lasting
}

/// A fact that holds keys which a server made for one handshake.
private protocol HoldsKeyShares: Fact {
    var withoutKeyShares: Self { get }
}

extension Conversation: HoldsKeyShares {
    fileprivate var withoutKeyShares: Conversation {
        var conversation = self
        conversation.handshake = handshake?.mapped(\.withoutKeyShare)
        return conversation
    }
}

extension SecondConversation: HoldsKeyShares {
    fileprivate var withoutKeyShares: SecondConversation {
        var second = self
        second.handshakeWithoutName = handshakeWithoutName?.withoutKeyShare
        second.furtherHandshakes = furtherHandshakes?.map(\.withoutKeyShare)
        return second
    }
}

extension Observed<any Fact> {
    /// The fact without the keys that a server made for one handshake: supposed of another server, they would be a key of both.
    package var withoutKeyShares: Self {
        guard case .present(let fact) = self, let holder = fact as? any HoldsKeyShares else { return self }
        return .present(holder.withoutKeyShares)
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
        var lasting = withoutKeyShare
        lasting.path.checkedAt = Date(timeIntervalSince1970: 0)
        lasting.staple?.thisUpdate = nil
        lasting.staple?.nextUpdate = nil
        return lasting
    }
}

extension TLSHandshake {
    fileprivate var withoutKeyShare: TLSHandshake {
        var handshake = self
        handshake.keyShare = nil
        return handshake
    }
}

extension String {
    fileprivate var firstWord: String { String(prefix { $0 != " " }) }
}

extension Observed {
    func mapped<Result>(_ transform: (Value) -> Result) -> Observed<Result> {
        switch self {
        case .present(let value): .present(transform(value))
        case .absent(let why): .absent(why)
        }
    }
}
