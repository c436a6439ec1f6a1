@testable import LiveWire
@testable import MailModel
@testable import Observations

extension FuzzTarget {
    /// The replies of a server, in pieces of a size that the first octet says: where they are cut changes nothing.
    static let smtpReplies = FuzzTarget("smtp-replies") { input in
        var reader = InputReader(input)
        let step = Int(reader.octet() % 64) + 1
        let whole = read(in: [reader.rest])
        var pieces: [ArraySlice<UInt8>] = []
        var rest = reader.rest
        while !rest.isEmpty {
            pieces.append(rest.prefix(step))
            rest = rest.dropFirst(step)
        }
        let cut = read(in: pieces)
        require(whole.replies == cut.replies, "the replies depend on how the octets were cut")
        require((whole.failure == nil) == (cut.failure == nil), "whether they can be read depends on the cut")
        for reply in whole.replies {
            require((200...599).contains(reply.code), "a reply with the code \(reply.code)")
            require(reply.lines.count <= ReplyParser.lineCountLimit, "a reply of \(reply.lines.count) lines")
            _ = (reply.enhancedStatus, reply.turnsAway, reply.firstLine, reply.isPositive)
            let hello = EHLOReply(HelloReply(reply))
            _ = hello.offers("STARTTLS")
            requireSame(hello, "a reply to EHLO")
            requireSame(reply, "a reply")
        }
        if let failure = whole.failure { requireSafe(failure.description) }
    }
}

private func read(in pieces: [ArraySlice<UInt8>]) -> (replies: [SMTPReply], failure: WireFailure?) {
    var parser = ReplyParser()
    var replies: [SMTPReply] = []
    do throws(WireFailure) {
        for piece in pieces {
            parser.append(piece)
            while let event = try parser.next() {
                if case .reply(let reply) = event { replies.append(reply) }
            }
        }
    } catch {
        return (replies, error)
    }
    require(parser.unread.count <= ReplyParser.lineLimit + 1, "\(parser.unread.count) octets are kept of one line")
    return (replies, nil)
}
