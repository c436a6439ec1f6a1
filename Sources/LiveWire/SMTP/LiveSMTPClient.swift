internal import Glibc
public import MailModel
internal import NIOCore
internal import NIOPosix

/// Talks to real mail servers over TCP.
///
/// Every connection passes the guard against special-purpose addresses, waits for its place in the budget of its address,
/// is counted in the ledger and writes a transcript. A deadline or a cancellation closes the socket at once.
public final class LiveSMTPClient: SMTPClient {
    private let settings: LiveSMTPConnection.Settings
    private let budget: ConnectionBudget
    private let holds: AddressHolds
    private let addresses: AddressGuard
    private let ledger: ConnectionLedger

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - trustStore: the trust anchors by which certificate paths are judged.
    ///   - allowed: special-purpose networks that may be contacted all the same.
    ///   - connectionPolicy: how many connections an address gets, and when.
    ///   - ledger: counts the connections.
    ///
    /// Throws `WireFailure.local` when OpenSSL cannot be set up.
    public init(
        trustStore: TrustStore, allowed: [AddressBlock] = [], connectionPolicy: ConnectionPolicy = ConnectionPolicy(),
        ledger: ConnectionLedger = ConnectionLedger()
    ) throws {
        // A write to a socket that the server has closed must be an error, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        do {
            settings = LiveSMTPConnection.Settings(tls: try TLSContext(), anchors: trustStore)
        } catch {
            throw WireFailure.local("OpenSSL: \(error)")
        }
        budget = ConnectionBudget(connectionPolicy)
        holds = AddressHolds()
        addresses = AddressGuard(allowed: allowed)
        self.ledger = ledger
    }

    private init(_ shared: LiveSMTPClient, _ ledger: ConnectionLedger) {
        (settings, budget, holds, addresses) = (shared.settings, shared.budget, shared.holds, shared.addresses)
        self.ledger = ledger
    }

    /// The same client, with the same budget of every address, for a run that counts its own connections.
    func counting(in ledger: ConnectionLedger) -> LiveSMTPClient { LiveSMTPClient(self, ledger) }

    /// Connects to a server, hands the connection to `body` and closes it when `body` ends or the task is cancelled.
    ///
    /// Throws `WireFailure` when it cannot connect, `Throttled` when the server has turned us away too often,
    /// `CancellationError` when cancelled, else what `body` throws.
    public func withConnection<Result: Sendable>(
        to server: MailServer, port: Int, waits: Waits, transcript: Transcript,
        _ body: @Sendable (any SMTPConnection) async throws -> Result
    ) async throws -> Result {
        try await withLiveConnection(to: server, port: port, waits: waits, transcript: transcript) {
            try await body($0)
        }
    }

    /// The special purpose of an address to which no connection is ever made; nil for any other.
    public func purposeOffLimits(_ address: IPAddress) -> String? { addresses.purposeOffLimits(address) }

    /// The same, for what only this room may do with a connection.
    func withLiveConnection<Result: Sendable>(
        to server: MailServer, port: Int, waits: Waits, transcript: Transcript,
        _ body: @Sendable (LiveSMTPConnection) async throws -> Result
    ) async throws -> Result {
        try addresses.admit(server.address)
        guard (1...65535).contains(port),
            let target = try? SocketAddress(packedIPAddress: ByteBuffer(bytes: server.address.bytes), port: port)
        else { throw WireFailure.local("no such port: \(port)") }
        let (wave, start): (Int, Once)
        do {
            (wave, start) = try await admission(to: server.address)
        } catch let throttled as Throttled {
            ledger.turnedAway(server.address, sign: throttled.sign)
            throw throttled
        }
        // Whoever comes next need not wait for the answer to QUIT, which reaches the server first.
        let place = Once { [budget] in budget.release(server.address) }
        defer {
            start.end()
            place.end()
        }
        ledger.opened(to: server.address)

        let closer = Closer()
        return try await withTaskCancellationHandler {
            let channel: NIOAsyncChannel<GateInput, GateOutput>
            let arrivals = Arrivals()
            do {
                channel = try await connect(
                    to: target, waits: waits, transcript: transcript, closer: closer, arrivals: arrivals)
            } catch {
                if let failure = error as? WireFailure { budget.failed(server.address, failure, wave: wave) }
                throw error
            }
            budget.connected(server.address)
            return try await channel.executeThenClose { inbound, outbound in
                let connection = LiveSMTPConnection(
                    channel: channel.channel, inbound: inbound, outbound: outbound, settings: settings, waits: waits,
                    transcript: transcript, arrivals: arrivals,
                    notice: { [budget, ledger] notice in
                        start.end()
                        budget.take(notice, from: server.address, wave: wave)
                        ledger.take(notice, from: server.address)
                        // Where connections are promised to be apart, it is kept until the server has closed.
                        if case .leaving = notice, budget.overlapsFarewells { place.end() }
                    })
                transcript.add(.event, "connected to \(server.address) port \(port)")
                return try await body(connection)
            }
        } onCancel: {
            closer.close()
        }
    }

    /// Waits for a place in the budget of the address, while nobody else has it to itself.
    private func admission(to address: IPAddress) async throws -> (wave: Int, start: Once) {
        while true {
            try await holds.pass(address)
            let wave = try await budget.acquire(address, told: ledger.waits)
            if holds.begins(address) { return (wave, Once { [holds] in holds.begun(address) }) }
            budget.release(address)
        }
    }

    /// No connection to the server begins before the pause is over; returns at once.
    public func rest(_ server: MailServer, for pause: Duration) { budget.rest(server.address, for: pause) }

    /// Runs `body` while nobody else, of whatever run, begins a connection to the server's address.
    public func alone<Result: Sendable>(
        with server: MailServer, _ body: @Sendable () async throws -> Result
    ) async throws -> Result { try await holds.hold(server.address, body) }

    private func connect(
        to target: SocketAddress, waits: Waits, transcript: Transcript, closer: Closer, arrivals: Arrivals
    ) async throws -> NIOAsyncChannel<GateInput, GateOutput> {
        do {
            return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(TimeAmount(waits.connect))
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .connect(to: target) { channel in
                    closer.watch(channel)
                    return channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(TLSGate(arrivals))
                        return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            if Task.isCancelled { throw CancellationError() }
            let failure = WireFailure(error, stage: "connect")
            transcript.add(.event, failure.description)
            throw failure
        }
    }
}

/// Something that ends once: how a connection begins, until the server has greeted or will not; its place in the budget.
private final class Once: Sendable {
    private let whenOver: Locked<(@Sendable () -> Void)?>

    init(_ whenOver: @escaping @Sendable () -> Void) { self.whenOver = Locked(whenOver) }

    /// It is over; the first time counts.
    func end() {
        let whenOver = whenOver.withLock { whenOver in
            defer { whenOver = nil }
            return whenOver
        }
        whenOver?()
    }
}
