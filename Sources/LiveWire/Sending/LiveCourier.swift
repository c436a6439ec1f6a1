internal import FoundationEssentials
internal import Glibc
public import MailModel
internal import NIOCore
internal import NIOPosix

/// Sends what the operator wants to be told, over real sockets. Whatever address the operator has named is contacted: nothing that a
/// stranger says gets here.
public final class LiveCourier: Courier {
    let tls: TLSContext
    let anchors: TrustStore
    let smtp: LiveSMTPClient
    /// The name in EHLO.
    let name: String

    /// How long one attempt may take, whatever the other side does.
    static let patience = Duration.seconds(45)

    /// A courier that says `name` in EHLO. Throws `WireFailure.local` when OpenSSL cannot be set up.
    public init(trustStore: TrustStore, name: String) throws {
        signal(SIGPIPE, SIG_IGN)
        do {
            tls = try TLSContext()
        } catch {
            throw WireFailure.local("OpenSSL: \(error)")
        }
        anchors = trustStore
        let everywhere = ["0.0.0.0/0", "::/0"].compactMap { AddressBlock($0) }
        smtp = try LiveSMTPClient(trustStore: trustStore, allowed: everywhere)
        self.name = name
    }

    /// A courier that trusts the authorities of a file, or the system's. Throws `TrustStore.Problem` or `WireFailure.local`.
    public convenience init(caFile: String?, name: String) throws {
        try self.init(trustStore: try caFile.map { try TrustStore(caFile: $0) } ?? TrustStore.system(), name: name)
    }

    /// Runs an attempt, and turns whatever ends it into a reason.
    func attempt(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let reason as Undelivered {
            throw reason
        } catch let failure as WireFailure {
            throw Undelivered("\(failure)")
        } catch let throttled as Throttled {
            throw Undelivered("turned away: \(throttled.sign)")
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw Undelivered(Task.isCancelled ? "cancelled" : "\(error)")
        }
    }
}
