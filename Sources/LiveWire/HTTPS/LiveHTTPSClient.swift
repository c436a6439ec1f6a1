internal import FoundationEssentials
internal import Glibc
public import MailModel
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Fetches single resources from real servers: HTTP/1.1 inside our own TLS, one request on a connection.
///
/// Every address passes the guard against special-purpose addresses when it is connected to, and is counted in the ledger.
/// One deadline covers the whole request, so a server that drips gains no time; a cancellation closes the socket at once.
public final class LiveHTTPSClient: HTTPSClient {
    private let tls: TLSContext
    private let anchors: TrustStore
    private let addresses: AddressGuard
    private let ledger: ConnectionLedger

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - trustStore: the trust anchors by which certificate paths are judged.
    ///   - allowed: special-purpose networks that may be contacted all the same.
    ///   - ledger: counts the connections.
    ///
    /// Throws `WireFailure.local` when OpenSSL cannot be set up.
    public init(
        trustStore: TrustStore, allowed: [AddressBlock] = [], ledger: ConnectionLedger = ConnectionLedger()
    ) throws {
        // A write to a socket that the server has closed must be an error, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        do {
            tls = try TLSContext()
        } catch {
            throw WireFailure.local("OpenSSL: \(error)")
        }
        anchors = trustStore
        addresses = AddressGuard(allowed: allowed)
        self.ledger = ledger
    }

    private init(_ shared: LiveHTTPSClient, _ ledger: ConnectionLedger) {
        (tls, anchors, addresses) = (shared.tls, shared.anchors, shared.addresses)
        self.ledger = ledger
    }

    /// The same client for a run that counts its own connections.
    func counting(in ledger: ConnectionLedger) -> LiveHTTPSClient { LiveHTTPSClient(self, ledger) }

    /// Fetches one resource from the first address that takes the connection.
    ///
    /// The path of the certificate is judged before the request is sent, and the request is sent whatever it says: what
    /// an untrusted server answers is a diagnosis. Throws only `CancellationError`.
    public func get(_ request: HTTPSRequest, transcript: Transcript) async throws -> HTTPSExchange {
        let end = ContinuousClock.now + request.limits.total
        let closer = Closer()
        let exchange = await withTaskCancellationHandler {
            var exchange = HTTPSExchange()
            for address in request.addresses where exchange.address == nil && !Task.isCancelled {
                do throws(WireFailure) {
                    let channel = try await connect(to: address, request, before: end, closer: closer)
                    exchange.address = address
                    transcript.add(.event, "connected to \(address) port \(request.port)")
                    await converse(channel, request, before: end, transcript, &exchange)
                } catch {
                    transcript.add(.event, "\(address): \(error)")
                    exchange.failedAttempts.append(.init(address, error))
                }
            }
            return exchange
        } onCancel: {
            closer.close()
        }
        try Task.checkCancellation()
        return exchange
    }

    private func connect(
        to address: IPAddress, _ request: HTTPSRequest, before end: ContinuousClock.Instant, closer: Closer
    ) async throws(WireFailure) -> HTTPSPipeline {
        try addresses.admit(address)
        guard (1...65535).contains(request.port),
            let target = try? SocketAddress(packedIPAddress: ByteBuffer(bytes: address.bytes), port: request.port)
        else { throw .local("no such port: \(request.port)") }
        let wait = min(request.limits.connect, ContinuousClock.now.duration(to: end))
        guard wait > .zero else { throw .timedOut(stage: "connect") }
        ledger.opened(to: address)
        let offer = TLSOffer(versions: .tls12 ... .tls13, serverName: request.host)
        do {
            return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(TimeAmount(wait))
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .connect(to: target) { [tls] channel in
                    closer.watch(channel)
                    return HTTPSHandlers.pipeline(channel, request.limits) { try tls.session(offer) }
                }
        } catch {
            throw WireFailure(error, stage: "connect")
        }
    }

    /// Everything on one connection. What was seen before a failure stays in the exchange.
    private func converse(
        _ channel: HTTPSPipeline, _ request: HTTPSRequest, before end: ContinuousClock.Instant,
        _ transcript: Transcript, _ exchange: inout HTTPSExchange
    ) async {
        let alarm = Alarm(channel.channel, after: max(.zero, ContinuousClock.now.duration(to: end)))
        var conversation = HTTPSConversation(request: request, anchors: anchors, transcript: transcript)
        do {
            // The state goes in and comes out as a value: what runs inside must not hold on to the exchange.
            let start = conversation
            (conversation, exchange.failure) = try await channel.executeThenClose { inbound, outbound in
                var conversation = start
                let failure = await conversation.run(inbound, outbound)
                return (conversation, failure)
            }
        } catch {
            exchange.failure = WireFailure(error, stage: conversation.stage)
        }
        if alarm.disarm(), exchange.failure != nil { exchange.failure = .timedOut(stage: conversation.stage) }
        exchange.handshake = conversation.handshake
        if exchange.failure == nil {
            exchange.response = conversation.response
            exchange.response?.contentLength = nil  // it says nothing that the body does not
        } else {
            exchange.partial = conversation.response
        }
        if let failure = exchange.failure {
            transcript.add(.event, failure.description, encrypted: exchange.handshake != nil)
        }
    }
}
