internal import MailModel

/// What the budget of an address must know of its connections.
enum ConnectionNotice: Sendable {
    /// The greeting has come, any code, after so long.
    case greeted(SMTPReply, after: Duration)
    /// No greeting came.
    case failed(WireFailure)
    /// A reply on the way to TLS, when servers still turn clients away.
    case reply(SMTPReply)
    /// QUIT is on its way: whatever is sent from now on reaches the server behind it.
    case leaving
}

extension ConnectionLedger {
    /// Takes a notice of a connection.
    func take(_ notice: ConnectionNotice, from address: IPAddress) {
        switch notice {
        case .greeted(let reply, _): turnedAway(address, sign: reply.turnsAway ? reply.firstLine : nil)
        case .reply(let reply):
            if reply.turnsAway { turnedAway(address, sign: reply.firstLine) }
        case .failed, .leaving: break
        }
    }
}

extension ConnectionBudget {
    /// Takes a notice of a connection.
    func take(_ notice: ConnectionNotice, from address: IPAddress, wave: Int) {
        switch notice {
        case .greeted(let reply, let wait):
            greeted(address, after: wait)
            if reply.turnsAway { turnedAway(address, sign: reply.firstLine, wave: wave) }
        case .failed(let failure): failed(address, failure, wave: wave)
        case .reply(let reply):
            if reply.turnsAway { turnedAway(address, sign: reply.firstLine, wave: wave) }
        case .leaving: break
        }
    }
}
