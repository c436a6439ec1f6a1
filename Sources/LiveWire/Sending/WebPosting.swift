internal import FoundationEssentials
public import MailModel
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

extension LiveCourier {
    /// Posts by HTTP/1.1, one request on a connection. Over https nothing is sent unless the certificate is valid for the host; plain
    /// http goes to this machine and to networks of one's own only. Redirects are not followed.
    public func post(_ post: OutgoingPost) async throws {
        try await attempt {
            let end = ContinuousClock.now + Self.patience
            var last = Undelivered("\(post.address.host) has no address")
            for address in try await HostAddresses.of(post.address.host) {
                guard post.address.isSecure || address.isNearby else {
                    throw Undelivered(
                        "http:// is for this machine and private networks, and \(post.address.host) is \(address)")
                }
                let closer = Closer()
                let channel: HTTPSPipeline
                do throws(WireFailure) {
                    channel = try await connect(to: address, post.address, before: end, closer)
                } catch {
                    last = Undelivered("\(post.address.host) at \(address): \(error)")
                    continue
                }
                return try await converse(channel, post, before: end, closer)
            }
            throw last
        }
    }

    private func connect(
        to address: IPAddress, _ target: WebAddress, before end: ContinuousClock.Instant, _ closer: Closer
    ) async throws(WireFailure) -> HTTPSPipeline {
        let socket: SocketAddress
        do {
            socket = try SocketAddress(packedIPAddress: ByteBuffer(bytes: address.bytes), port: target.port)
        } catch {
            throw .local("\(error)")
        }
        let wait = min(.seconds(10), ContinuousClock.now.duration(to: end))
        guard wait > .zero else { throw .timedOut(stage: "connect") }
        // An address has no name to send: RFC 6066, section 3.
        let name = IPAddress(target.host) == nil ? try? DomainName(input: target.host) : nil
        let offer = TLSOffer(versions: .tls12 ... .tls13, serverName: name)
        do {
            return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(TimeAmount(wait))
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .connect(to: socket) { [tls] channel in
                    closer.watch(channel)
                    return target.isSecure
                        ? HTTPSHandlers.pipeline(channel, HTTPSLimits()) { try tls.session(offer) }
                        : HTTPSHandlers.plainPipeline(channel, HTTPSLimits())
                }
        } catch {
            throw WireFailure(error, stage: "connect")
        }
    }

    /// Sends the POST, and waits until the server has taken it.
    private func converse(
        _ channel: HTTPSPipeline, _ post: OutgoingPost, before end: ContinuousClock.Instant, _ closer: Closer
    ) async throws {
        let alarm = Alarm(channel.channel, after: max(.zero, ContinuousClock.now.duration(to: end)))
        let start = PostConversation(post: post, anchors: anchors)
        let outcome: PostConversation.Outcome
        do {
            outcome = try await withTaskCancellationHandler {
                try await channel.executeThenClose { inbound, outbound in
                    var conversation = start
                    return await conversation.run(inbound, outbound)
                }
            } onCancel: {
                closer.close()
            }
        } catch {
            outcome = PostConversation.Outcome(failure: "\(WireFailure(error, stage: "response"))", wasSent: true)
        }
        try Task.checkCancellation()
        guard let failure = outcome.failure else { return }
        let why = alarm.disarm() ? "no answer in time" : failure
        throw Undelivered("\(post.address.host): \(why)", mayHaveArrived: outcome.wasSent)
    }
}

/// One POST on one connection.
private struct PostConversation: Sendable {
    let post: OutgoingPost
    let anchors: TrustStore
    private var wasSent = false

    init(post: OutgoingPost, anchors: TrustStore) {
        self.post = post
        self.anchors = anchors
    }

    /// How it ended.
    struct Outcome: Sendable {
        /// Why the server has not taken it, a phrase; nil where it has.
        var failure: String?
        /// Whether the server may have it all the same.
        var wasSent: Bool
    }

    mutating func run(
        _ inbound: NIOAsyncChannelInboundStream<HTTPSInput>,
        _ outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>
    ) async -> Outcome {
        let failure = await talk(inbound, outbound)
        return Outcome(failure: failure, wasSent: wasSent)
    }

    private mutating func talk(
        _ inbound: NIOAsyncChannelInboundStream<HTTPSInput>,
        _ outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>
    ) async -> String? {
        if !post.address.isSecure { await send(outbound) }
        do {
            for try await input in inbound {
                switch input {
                case .established(let facts):
                    let name = IPAddress(post.address.host) == nil ? try? DomainName(input: post.address.host) : nil
                    let offer = TLSOffer(versions: .tls12 ... .tls13, serverName: name)
                    let handshake = try TLSHandshake(facts, offer: offer, anchors: anchors, at: .now)
                    if let doubt = PeerIdentity.doubt(of: post.address.host, handshake) { return doubt }
                    await send(outbound)
                case .failed(let reason, let alert): return "TLS: \(alert ?? reason)"
                case .unable(let reason): return reason
                case .overflow: return "the answer does not end"
                case .cutOff: return "the connection ended without an answer"
                case .foreign(let name): return "the answer is \(name), not HTTP/1.1"
                case .part(.head(let head)):
                    // Interim answers, RFC 9110, section 15.2.
                    if (100..<200).contains(head.status.code) { continue }
                    return (200..<300).contains(head.status.code) ? nil : "the answer is \(head.status.code)"
                case .part: break
                }
            }
            return "the connection ended without an answer"
        } catch {
            return "\(WireFailure(error, stage: "response"))"
        }
    }

    private mutating func send(_ outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>) async {
        var headers: HTTPHeaders = [
            "Host": post.address.authority, "User-Agent": "mailgraded", "Content-Length": "\(post.body.count)",
            "Connection": "close",
        ]
        for (name, value) in post.fields.sorted(by: { $0.key < $1.key }) {
            headers.replaceOrAdd(
                name: name, value: String(decoding: value.utf8.filter { $0 >= 0x20 && $0 < 0x7F }, as: UTF8.self))
        }
        if let secret = post.secret {
            headers.replaceOrAdd(
                name: "X-Mailgrade-Signature", value: "sha256=\(MessageSignature.hex(post.body, key: secret))")
        }
        wasSent = true
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: post.address.target, headers: headers)
        let body = HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: post.body)))
        try? await outbound.write(contentsOf: [.head(head), body, .end(nil)])
    }
}
