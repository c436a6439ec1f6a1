import CheckKit
import NIOCore
import NIOEmbedded
import NIOHTTP1

@testable import LiveWire
@testable import MailModel

extension FuzzTarget {
    /// The response of a web server, in pieces of a size that the first octet says; with its highest bit the server does not say that
    /// this is all.
    static let httpsResponses = FuzzTarget("https-responses") { input in
        var reader = InputReader(input)
        let control = reader.octet()
        let inputs = decoded(reader.rest.cut(into: Int(control & 0x7F) * 8 + 1), isCutOff: control & 0x80 != 0)
        let limits = HTTPSLimits()
        let request = HTTPSRequest(host: .sample("mta-sts.example.com"), addresses: [], path: "/", limits: limits)
        let (failure, response) = wait {
            let (stream, source) = NIOAsyncChannelInboundStream<HTTPSInput>.makeTestingStream()
            for input in inputs.parts { source.yield(input) }
            if let error = inputs.error { source.finish(throwing: error) } else { source.finish() }
            let (writer, _) = NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>.makeTestingWriter()
            var conversation = HTTPSConversation(
                request: request, anchors: anchors, transcript: Transcript())
            let failure = await conversation.run(stream, writer)
            writer.finish()
            return (failure, conversation.response)
        }
        if let failure { requireSafe(failure.description) }
        guard let response else { return }
        require(response.body.count <= limits.body, "a body of \(response.body.count) octets")
        requireSame(response, "a response")
    }

    private static let anchors: TrustStore = {
        do {
            return try TrustStore.system()
        } catch {
            fatalError("\(error)")
        }
    }()
}

/// What comes out of the handlers when the octets come inside TLS.
private func decoded(
    _ pieces: [ArraySlice<UInt8>], isCutOff: Bool
) -> (parts: [HTTPSInput], error: (any Error)?) {
    let channel = EmbeddedChannel()
    var failure: (any Error)?
    do {
        try HTTPSHandlers.add(to: channel.pipeline.syncOperations, HTTPSLimits()) { throw WireFailure.refused }
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.80", port: 443)).wait()
        channel.writeAndFlush(
            HTTPClientRequestPart.head(.init(version: .http1_1, method: .GET, uri: "/")), promise: nil)
        for piece in pieces { try channel.writeInbound(GateInput.secure(ByteBuffer(bytes: piece))) }
        if !isCutOff { try channel.writeInbound(GateInput.closed) }
    } catch {
        failure = error
    }
    var parts: [HTTPSInput] = []
    while let part = try? channel.readInbound(as: HTTPSInput.self) { parts.append(part) }
    _ = try? channel.finish(acceptAlreadyClosed: true)
    while let part = try? channel.readInbound(as: HTTPSInput.self) { parts.append(part) }
    return (parts, failure)
}
