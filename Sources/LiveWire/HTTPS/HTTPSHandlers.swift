internal import MailModel
internal import NIOCore
internal import NIOHTTP1

/// What comes out of the pipeline, in the order in which it happened.
enum HTTPSInput: Sendable {
    /// The handshake is complete.
    case established(TLSSessionFacts)
    /// A part of the response.
    case part(HTTPClientResponsePart)
    /// The handshake or the TLS connection failed. `alert` is the peer's.
    case failed(reason: String, alert: String?)
    /// No TLS session could be made: a failure of ours.
    case unable(String)
    /// The peer speaks another protocol than HTTP/1.1, which is named.
    case foreign(String)
    /// The peer sends on and on.
    case overflow
    /// The connection ended without the peer saying so inside TLS: what came may not be all. RFC 8446, section 6.1.
    case cutOff
}

typealias HTTPSPipeline = NIOAsyncChannel<HTTPSInput, HTTPClientRequestPart>

/// TLS gate, HTTP decoder and encoder in a row. What the gate says beside bytes passes the HTTP handlers as user events.
enum HTTPSHandlers {
    static func pipeline(
        _ channel: any Channel, _ limits: HTTPSLimits, _ session: @escaping @Sendable () throws -> TLSConnection
    ) -> EventLoopFuture<HTTPSPipeline> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(TLSGate())
            try add(to: channel.pipeline.syncOperations, limits, session)
            return try HTTPSPipeline(wrappingChannelSynchronously: channel)
        }
    }

    /// The same without TLS, for what stays on this machine or in a network of one's own.
    static func plainPipeline(_ channel: any Channel, _ limits: HTTPSLimits) -> EventLoopFuture<HTTPSPipeline> {
        channel.eventLoop.makeCompletedFuture {
            try addHTTP(to: channel.pipeline.syncOperations, limits)
            return try HTTPSPipeline(wrappingChannelSynchronously: channel)
        }
    }

    /// What stands behind the gate.
    static func add(
        to pipeline: ChannelPipeline.SynchronousOperations, _ limits: HTTPSLimits,
        _ session: @escaping @Sendable () throws -> TLSConnection
    ) throws {
        // Small chunks have six octets of frame for each one of the body; interim responses come on top.
        try pipeline.addHandler(SecureBytes(limit: limits.body * 8 + limits.header * 2, session))
        try addHTTP(to: pipeline, limits)
    }

    private static func addHTTP(
        to pipeline: ChannelPipeline.SynchronousOperations, _ limits: HTTPSLimits
    ) throws {
        var decoder = NIOHTTPDecoderLimitConfiguration()
        decoder.maxHeaderFieldSize = limits.header
        decoder.maxHeaderListSize = limits.header
        try pipeline.addHandler(HTTPRequestEncoder())
        try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder(limitConfiguration: decoder)))
        try pipeline.addHandler(HTTPSInputs())
    }
}

/// Starts TLS as soon as there is a connection, and lets only what is inside TLS through to HTTP.
private final class SecureBytes: ChannelDuplexHandler {
    typealias InboundIn = GateInput
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = GateOutput

    private let session: @Sendable () throws -> TLSConnection
    private var space: Int
    private var hasEnded = false
    private var isFirst = true

    init(limit: Int, _ session: @escaping @Sendable () throws -> TLSConnection) {
        space = limit
        self.session = session
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(.startTLS(session)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasEnded else { return }
        switch unwrapInboundIn(data) {
        // TLS starts before anything is read, and no session is resumed.
        case .plain, .ticket, .renegotiated: break
        case .secure(let bytes):
            space -= bytes.readableBytes
            defer { isFirst = false }
            if isFirst, bytes.isHTTP2 {
                end(.foreign("HTTP/2"), context)
            } else if space < 0 {
                end(.overflow, context)
            } else {
                context.fireChannelRead(wrapInboundOut(bytes))
            }
        case .established(let facts): context.fireUserInboundEventTriggered(HTTPSInput.established(facts))
        case .failed(let reason, let alert): end(.failed(reason: reason, alert: alert), context)
        case .notTLS(let reason): end(.failed(reason: reason, alert: nil), context)
        case .unable(let reason): end(.unable(reason), context)
        case .closed:
            hasEnded = true
            // A body may reach up to the end of the stream (RFC 9112, section 6.3): the decoder must learn of it.
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !hasEnded { end(.cutOff, context) }
        context.fireChannelInactive()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .byteBuffer(let bytes) = unwrapOutboundIn(data) else {
            promise?.fail(WireFailure.local("only bytes can be sent"))
            return
        }
        context.write(wrapOutboundOut(.secure(bytes)), promise: promise)
    }

    private func end(_ input: HTTPSInput, _ context: ChannelHandlerContext) {
        hasEnded = true
        context.fireUserInboundEventTriggered(input)
    }
}

/// Puts user events and parts of the response into one stream.
private final class HTTPSInputs: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPSInput

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(wrapInboundOut(.part(unwrapInboundIn(data))))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let input = event as? HTTPSInput else { return context.fireUserInboundEventTriggered(event) }
        context.fireChannelRead(wrapInboundOut(input))
        context.fireChannelReadComplete()
    }
}

extension ByteBuffer {
    /// Whether this begins like the answer of a server that speaks HTTP/2 and nothing else: with a frame SETTINGS or GOAWAY
    /// of the connection. RFC 9113, sections 3.4 and 4.1.
    fileprivate var isHTTP2: Bool {
        let head = Array(readableBytesView.prefix(9))
        return head.count == 9 && head[0] == 0 && (head[3] == 4 || head[3] == 7) && head[5...] == [0, 0, 0, 0]
    }
}
