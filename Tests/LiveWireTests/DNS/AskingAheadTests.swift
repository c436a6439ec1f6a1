import LiveWire
import MailModel
import NIOCore
import NIOPosix
import Testing

/// The chain of trust, asked for at once.
@Suite("Asking the DNS ahead", .timeLimit(.minutes(10)))
struct AskingAheadTests {
    @Test("The MX records and every link of the chain are asked for before anything is answered")
    func together() async throws {
        let questions = Locked<Set<String>>([])
        let server = try await DatagramBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { $0.pipeline.addHandler(QuestionCollector(questions)) }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        let upstream = try #require(ResolverSettings.Upstream("127.0.0.1:\(port)"))
        let client = try UnboundClient(
            ResolverSettings(upstream: upstream, trustAnchors: .builtIn, deadline: .seconds(5)))
        client.askAhead(for: try DomainName(input: "signed.test"))
        let expected: Set<String> = [
            " 48", "test 43", "test 48", "signed.test 43", "signed.test 48", "signed.test 15",
        ]
        // One that never comes is what the suite's time limit is for.
        while !expected.isSubset(of: questions.withLock { $0 }) { try await Task.sleep(for: .milliseconds(10)) }
        client.close()
        try await server.close()
    }

    @Test("What was asked ahead is validated like everything else")
    func validated() async throws {
        let client = try await NameServers.client(.nsd)
        let name = try DomainName(input: "signed.test")
        client.askAhead(for: name)
        #expect(try await client.lookup(name, .mx).security == .secure)
        let bogus = try DomainName(input: "expired.test")
        client.askAhead(for: bogus)
        guard case .bogus = try await client.lookup(bogus, .mx).security else {
            Issue.record("expired.test is not bogus")
            return
        }
    }
}

/// Writes down "name type" of each question and answers none.
private final class QuestionCollector: ChannelInboundHandler, Sendable {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    private let questions: Locked<Set<String>>

    init(_ questions: Locked<Set<String>>) { self.questions = questions }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var packet = unwrapInboundIn(data).data
        packet.moveReaderIndex(forwardBy: 12)
        var labels: [String] = []
        while let length = packet.readInteger(as: UInt8.self), length > 0 {
            labels.append(packet.readString(length: Int(length)) ?? "")
        }
        let type = packet.readInteger(as: UInt16.self) ?? 0
        questions.withLock { _ = $0.insert("\(labels.joined(separator: ".").lowercased()) \(type)") }
    }
}
