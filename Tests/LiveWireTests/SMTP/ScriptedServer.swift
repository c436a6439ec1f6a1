import Glibc
import MailModel
import NIOCore
import NIOPosix

@testable import LiveWire

/// A mail server on loopback that does what a closure says, once per connection.
struct ScriptedServer: Sendable {
    let port: Int

    /// The server as the client names it.
    var server: MailServer { .loopback }

    /// Runs a server for the time of `body`, then waits for the scripts: each must end when its client has closed. With
    /// implicit TLS it waits for a handshake from the first byte on.
    static func run<Result: Sendable>(
        host: String = "127.0.0.1", implicitTLS: ServerTLS? = nil,
        _ script: @escaping @Sendable (Peer) async throws -> Void,
        _ body: @Sendable (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let scripts = Locked<[Task<Void, Never>]>([])
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(TLSGate())
                    if let implicitTLS { try channel.pipeline.syncOperations.addHandler(ImplicitTLS(implicitTLS)) }
                    let connection = try NIOAsyncChannel<GateInput, GateOutput>(wrappingChannelSynchronously: channel)
                    try channel.pipeline.syncOperations.addHandler(
                        WhenActive {
                            let task = Task { await play(script, on: connection) }
                            scripts.withLock { $0.append(task) }
                        })
                }
            }
            .bind(host: host, port: 0).get()
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await body(ScriptedServer(port: made(listener.localAddress?.port))))
        } catch {
            outcome = .failure(error)
        }
        try? await listener.close()
        for task in scripts.withLock({ $0 }) { await task.value }
        return try outcome.get()
    }

    private static func play(
        _ script: @Sendable (Peer) async throws -> Void, on connection: NIOAsyncChannel<GateInput, GateOutput>
    ) async {
        try? await connection.executeThenClose { inbound, outbound in
            try await script(Peer(channel: connection.channel, inbound: inbound, outbound: outbound))
        }
    }
}

/// Starts TLS before the first byte is read.
private final class ImplicitTLS: ChannelInboundHandler {
    typealias InboundIn = GateInput
    typealias OutboundOut = GateOutput

    private let tls: ServerTLS

    init(_ tls: ServerTLS) { self.tls = tls }

    func channelActive(context: ChannelHandlerContext) {
        let tls = tls
        context.writeAndFlush(wrapOutboundOut(.startTLS { try tls.session() }), promise: nil)
        context.fireChannelActive()
    }
}

/// Does something as soon as bytes can be sent.
private final class WhenActive: ChannelInboundHandler, Sendable {
    typealias InboundIn = GateInput
    private let action: @Sendable () -> Void

    init(_ action: @escaping @Sendable () -> Void) { self.action = action }

    func channelActive(context: ChannelHandlerContext) {
        action()
        context.fireChannelActive()
    }
}

/// The server's end of one connection.
actor Peer {
    private let channel: any Channel
    private let outbound: NIOAsyncChannelOutboundWriter<GateOutput>
    private var inbound: NIOAsyncChannelInboundStream<GateInput>.AsyncIterator
    private var buffer: [UInt8] = []
    private var isEncrypted = false

    init(
        channel: any Channel, inbound: NIOAsyncChannelInboundStream<GateInput>,
        outbound: NIOAsyncChannelOutboundWriter<GateOutput>
    ) {
        self.channel = channel
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    /// Sends text as it is; give the line ends.
    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async throws {
        let buffer = ByteBuffer(bytes: bytes)
        try await outbound.write(isEncrypted ? .secure(buffer) : .plain(buffer))
    }

    /// Sends text in pieces of one byte, each in a segment of its own.
    func drip(_ text: String, every pause: Duration = .zero) async throws {
        for byte in text.utf8 {
            try await send([byte])
            if pause > .zero { try await Task.sleep(for: pause) }
        }
    }

    /// The next line of the client without its end; nil when it has closed the connection.
    func line() async throws -> String? {
        while true {
            if let end = buffer.firstIndex(of: 0x0A) {
                let line = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeFirst(end + 1)
                return line.hasSuffix("\r") ? String(line.dropLast()) : line
            }
            switch try await next() {
            case .plain(let bytes), .secure(let bytes): buffer += bytes.readableBytesView
            case .established, .failed, .notTLS, .unable, .ticket, .renegotiated: continue
            case .closed, nil: return nil
            }
        }
    }

    /// The next bytes of the client, whatever they are.
    @discardableResult
    func bytes() async throws -> [UInt8] {
        switch try await next() {
        case .plain(let bytes), .secure(let bytes): Array(bytes.readableBytesView)
        default: []
        }
    }

    /// Does the server's side of a handshake; says whether it was completed.
    @discardableResult
    func startTLS(_ tls: ServerTLS) async throws -> Bool {
        try await outbound.write(.startTLS { try tls.session() })
        return try await awaitTLS()
    }

    /// Waits for the end of a handshake; says whether it was completed.
    func awaitTLS() async throws -> Bool {
        while let input = try await next() {
            switch input {
            case .established:
                isEncrypted = true
                return true
            case .failed, .notTLS, .closed, .unable: return false
            // The client was faster than our switch to TLS: give its first bytes to the gate again.
            case .plain(let bytes): channel.pipeline.fireChannelRead(bytes)
            case .secure, .ticket, .renegotiated: continue
            }
        }
        return false
    }

    /// Says inside TLS that nothing more will be sent.
    func closeTLS() async throws { try await outbound.write(.closeNotify) }

    /// Says inside TLS that nothing more will be sent, and closes.
    func sayGoodbye() async throws {
        try await closeTLS()
        await close()
    }

    /// Closes at once.
    func close() async { try? await channel.close() }

    /// Closes with a reset: unread data and no lingering.
    func reset() async throws {
        try await made(channel as? any SocketOptionProvider).setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        await close()
    }

    /// Waits until the client has closed.
    func waitUntilClosed() async {
        while (try? await next()) != nil {}
    }

    private func next() async throws -> GateInput? {
        var iterator = inbound
        defer { inbound = iterator }
        return try await iterator.next(isolation: #isolation)
    }
}

extension MailServer {
    /// A server on 127.0.0.1.
    static let loopback = MailServer(
        host: DomainName(labels: [Array("mx".utf8), Array("example".utf8)]), address: .loopback)
}

extension IPAddress {
    static let loopback = made(IPAddress("127.0.0.1"))
}

extension LiveSMTPClient {
    /// A client that may talk to loopback addresses.
    static func forTests(
        trusting store: TrustStore = TestPKI.shared.trustStore, connections: Int = 3,
        ledger: ConnectionLedger = ConnectionLedger()
    ) throws -> LiveSMTPClient {
        try LiveSMTPClient(
            trustStore: store, allowed: ["127.0.0.0/8", "::1"].map { made(AddressBlock($0)) },
            connectionPolicy: ConnectionPolicy(connectionsPerServer: connections, pace: 1000), ledger: ledger)
    }
}
