internal import MailModel
internal import NIOCore

/// Stands in the pipeline from the first byte to the last and switches TLS on in place.
///
/// Because data and the order to switch travel in one queue, and every byte is tagged with where it came from, a plaintext
/// byte can never pass for one from inside TLS: what RFC 3207, section 6 asks for holds by construction.
final class TLSGate: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = GateInput
    typealias OutboundIn = GateOutput
    typealias OutboundOut = ByteBuffer

    private enum Mode {
        case plain
        case handshaking(TLSConnection)
        case secure(TLSConnection)
        case renegotiating(TLSConnection)
        case dead
    }

    private let arrivals: Arrivals
    private var mode = Mode.plain
    private var firstAnswer: [UInt8] = []

    /// A gate that counts what comes through.
    init(_ arrivals: Arrivals = Arrivals()) { self.arrivals = arrivals }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        switch mode {
        case .plain:
            emit(.plain(bytes), context)
        case .handshaking(let session):
            if firstAnswer.isEmpty { firstAnswer = Array(bytes.readableBytesView.prefix(200)) }
            session.receive(bytes)
            advance(session, context)
        case .secure(let session):
            session.receive(bytes)
            deliver(session, context)
        case .renegotiating(let session):
            session.receive(bytes)
            follow(session.continueRenegotiation(), session, context)
        case .dead:
            break
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch (unwrapOutboundIn(data), mode) {
        case (.plain(let bytes), .plain):
            write(bytes, context, promise)
        case (.secure(let bytes), .secure(let session)):
            if case .failed(let reason, let alert) = session.write(bytes) { fail(reason, alert, context) }
            send(session, context, promise)
        case (.startTLS(let make), .plain):
            start(make, context)
            promise?.succeed()
        case (.renegotiate, .secure(let session)):
            mode = .renegotiating(session)
            follow(session.renegotiate(), session, context)
            promise?.succeed()
        case (.closeNotify, .secure(let session)):
            session.close()
            send(session, context, promise)
        default:
            promise?.fail(WireFailure.local("written on the wrong side of STARTTLS"))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        mode = .dead
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { mode = .dead }
}

extension TLSGate {
    private func start(_ make: @Sendable () throws -> TLSConnection, _ context: ChannelHandlerContext) {
        do {
            let session = try make()
            mode = .handshaking(session)
            advance(session, context)
        } catch {
            mode = .dead
            emit(.unable((error as? WireFailure)?.localReason ?? "\(error)"), context)
        }
    }

    private func advance(_ session: TLSConnection, _ context: ChannelHandlerContext) {
        let progress = session.handshake()
        send(session, context, nil)
        context.flush()
        switch progress {
        case .wantsMore: break
        case .done:
            mode = .secure(session)
            emit(.established(session.facts()), context)
            deliver(session, context)
        case .closed: fail("the peer closed TLS during the handshake", nil, context)
        case .failed(let reason, let alert):
            guard let reason = notTLS else { return fail(reason, alert, context) }
            mode = .dead
            emit(.notTLS(reason: reason), context)
        }
    }

    /// Where a second handshake stands.
    private func follow(_ progress: TLSConnection.Progress, _ session: TLSConnection, _ context: ChannelHandlerContext)
    {
        send(session, context, nil)
        context.flush()
        switch progress {
        case .wantsMore: break
        case .done:
            mode = .secure(session)
            emit(.renegotiated, context)
            deliver(session, context)
        case .closed: emit(.closed, context)
        case .failed(let reason, let alert): fail(reason, alert, context)
        }
    }

    private func deliver(_ session: TLSConnection, _ context: ChannelHandlerContext) {
        var plaintext = context.channel.allocator.buffer(capacity: 0)
        let progress = session.read(into: &plaintext)
        if let ticket = session.newTicket() { emit(.ticket(ticket), context) }
        if plaintext.readableBytes > 0 { emit(.secure(plaintext), context) }
        send(session, context, nil)
        context.flush()
        switch progress {
        case .done, .wantsMore: break
        case .closed: emit(.closed, context)
        case .failed(let reason, let alert): fail(reason, alert, context)
        }
    }

    private func fail(_ reason: String, _ alert: String?, _ context: ChannelHandlerContext) {
        mode = .dead
        emit(.failed(reason: reason, alert: alert), context)
    }

    private func send(_ session: TLSConnection, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        if let output = session.takeOutput(context.channel.allocator) {
            write(output, context, promise)
        } else {
            promise?.succeed()
        }
    }

    /// A write that fails closes the channel without a word to the reader; pass the reason on (a reset, say).
    private func write(_ bytes: ByteBuffer, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        let written = context.write(wrapOutboundOut(bytes))
        written.assumeIsolated().whenFailure { error in
            if error is IOError { context.fireErrorCaught(error) }
        }
        written.cascade(to: promise)
    }

    private func emit(_ input: GateInput, _ context: ChannelHandlerContext) {
        arrivals.note(input.octets)
        context.fireChannelRead(wrapInboundOut(input))
        context.fireChannelReadComplete()
    }

    /// OpenSSL says "wrong version number" to an answer that is no TLS at all; quote the answer instead. Record types are
    /// 20 to 24 (RFC 8446, section 5.1).
    private var notTLS: String? {
        guard let first = firstAnswer.first, !(20...24).contains(first) else { return nil }
        return "the answer is not TLS: \(ReplyParser.excerpt(firstAnswer))"
    }
}

extension WireFailure {
    /// The reason of a failure of ours.
    fileprivate var localReason: String? {
        if case .local(let reason) = self { reason } else { nil }
    }
}
