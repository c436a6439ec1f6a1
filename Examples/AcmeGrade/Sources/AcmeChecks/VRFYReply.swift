import CheckKit
import MailModel
import Observations

/// What the server answers to `VRFY postmaster`. RFC 5321, sections 3.5 and 4.1.1.6.
///
/// 250 says whose mailbox it is; 252 is the answer of a server that takes the mail and does not tell. No other fact shows it, so a
/// probe asks.
struct VRFYReply: ServerFact, Hashable {
    static let id: FactID = "acme.vrfy-reply"

    var reply: SMTPReply
}

extension Probe {
    /// One connection more to each server. It asks for the reply to EHLO, so that it only goes where mailgrade has been let in: what
    /// cannot be reached is blocked by that, and the report says why.
    static let vrfyReply = Probe.perServer(.following("VRFY")) {
        (target: ServerTarget, _: EHLOReply) async throws -> VRFYReply in
        try await target.furtherConnection("VRFY") { connection in
            _ = try await connection.reachHello(target.settings)
            let reply = try await connection.send("VRFY postmaster")
            await connection.quit()
            return VRFYReply(reply: reply)
        }
    }
}
