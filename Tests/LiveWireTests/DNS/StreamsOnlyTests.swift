import MailModel
import NIOCore
import NIOPosix
import Testing

@testable import LiveWire

/// A resolver that answers over TCP alone.
@Suite("The DNS over TCP alone", .timeLimit(.minutes(10)))
struct StreamsOnlyTests {
    /// Several clients: whether a connection that is there is found again depends on where the memory of their threads lies.
    @Test("Hundreds of lookups at a time keep their streams until they are answered")
    func together() async throws {
        try await withThrowingTaskGroup { group in
            for _ in 0..<6 { group.addTask { try await lookUp(200) } }
            try await group.waitForAll()
        }
    }

    /// Looks names up, so many at a time, of which none is answered before all have been asked for.
    private func lookUp(_ count: Int) async throws {
        let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let (packets, streams) = try await Self.serve(on: loop, answeringFrom: count)
        let upstream = try #require(ResolverSettings.Upstream("127.0.0.1:\(packets.localAddress?.port ?? 0)"))
        let client = try UnboundClient(
            ResolverSettings(upstream: upstream, trustAnchors: .none(because: "a test"), deadline: .seconds(60)))
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<count {
                group.addTask {
                    try await client.lookup(DomainName(input: "n\(number).example.test"), .a).records.count
                }
            }
            for try await records in group { #expect(records == 1) }
        }
        client.close()
        try await packets.close()
        try await streams.close()
        try await loop.shutdownGracefully()
    }

    /// One port of 127.0.0.1 where packets are sent to TCP, and streams are silent until `count` questions have come.
    private static func serve(
        on loop: MultiThreadedEventLoopGroup, answeringFrom count: Int
    ) async throws -> (packets: any Channel, streams: any Channel) {
        let questions = Held(until: count)
        while true {
            let streams = try await ServerBootstrap(group: loop)
                .serverChannelOption(.backlog, value: 1024)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(StreamAnswers(questions))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            let packets = try? await DatagramBootstrap(group: loop)
                .channelOption(.socketOption(.so_rcvbuf), value: 1 << 20)
                .channelInitializer { $0.pipeline.addHandler(SendsToStreams()) }
                .bind(host: "127.0.0.1", port: streams.localAddress?.port ?? 0).get()
            if let packets { return (packets, streams) }
            try await streams.close()
        }
    }
}

/// The question of a DNS message, with its head, as an answer begins. RFC 1035, section 4.1.
private func answer(to query: ByteBuffer, flags: UInt16, answers: UInt16) -> ByteBuffer {
    var (query, answer) = (query, ByteBuffer())
    answer.writeInteger(query.readInteger(as: UInt16.self) ?? 0)
    answer.writeMultipleIntegers(flags, UInt16(1), answers, UInt32(0))
    query.moveReaderIndex(forwardBy: 10)
    let name = query.readableBytesView.prefix { $0 != 0 }.count
    answer.writeImmutableBuffer(query.readSlice(length: name + 5) ?? ByteBuffer())
    return answer
}

/// Answers every packet: it would not fit.
private final class SendsToStreams: ChannelInboundHandler, Sendable {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let asked = unwrapInboundIn(data)
        let truncated = AddressedEnvelope(
            remoteAddress: asked.remoteAddress, data: answer(to: asked.data, flags: 0x8380, answers: 0))
        context.writeAndFlush(wrapOutboundOut(truncated), promise: nil)
    }
}

/// Answers that wait for each other.
private final class Held: Sendable {
    private let count: Int
    private let waiting = Locked<(seen: Int, sends: [@Sendable () -> Void])>((0, []))

    init(until count: Int) { self.count = count }

    func add(_ send: @escaping @Sendable () -> Void) {
        let ready = waiting.withLock { waiting in
            waiting.seen += 1
            waiting.sends.append(send)
            guard waiting.seen >= count else { return [] as [@Sendable () -> Void] }
            defer { waiting.sends = [] }
            return waiting.sends
        }
        for send in ready { send() }
    }
}

/// An address for each question of a stream; what cannot be read as one ends the stream.
private final class StreamAnswers: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let held: Held
    private var unread = ByteBuffer()

    init(_ held: Held) { self.held = held }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unread.writeImmutableBuffer(unwrapInboundIn(data))
        while let query = unread.readLengthPrefixedSlice(as: UInt16.self) {
            let questions: UInt16? = query.getInteger(at: query.readerIndex + 4)
            guard questions == 1 else { return context.close(promise: nil) }
            var address = answer(to: query, flags: 0x8180, answers: 1)
            address.writeMultipleIntegers(UInt16(0xC00C), UInt16(1), UInt16(1), UInt32(300))
            address.writeMultipleIntegers(UInt16(4), UInt32(0xC000_0201))
            var message = ByteBuffer(integer: UInt16(address.readableBytes))
            message.writeBuffer(&address)
            let (channel, whole) = (context.channel, message)
            held.add { channel.writeAndFlush(whole, promise: nil) }
        }
    }
}
