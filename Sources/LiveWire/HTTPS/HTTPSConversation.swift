internal import FoundationEssentials
internal import MailModel
internal import NIOCore
internal import NIOHTTP1

/// One request on one connection: handshake, GET, response.
struct HTTPSConversation: Sendable {
    let request: HTTPSRequest
    let anchors: TrustStore
    let transcript: Transcript
    private(set) var handshake: TLSHandshake?
    private(set) var response: HTTPResponse?

    init(request: HTTPSRequest, anchors: TrustStore, transcript: Transcript) {
        self.request = request
        self.anchors = anchors
        self.transcript = transcript
    }

    /// What is being waited for, as failures name it.
    var stage: String { handshake == nil ? "handshake" : "response" }

    /// Runs until the response is whole or cannot become so; returns why it cannot, or nil.
    mutating func run(
        _ inbound: NIOAsyncChannelInboundStream<HTTPSInput>,
        _ outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>
    ) async -> WireFailure? {
        do {
            for try await input in inbound {
                switch input {
                case .established(let facts):
                    let offer = TLSOffer(versions: .tls12 ... .tls13, serverName: request.host)
                    let handshake = try TLSHandshake(facts, offer: offer, anchors: anchors, at: .now)
                    transcript.add(.event, "TLS established: \(handshake.version), \(handshake.suite)", encrypted: true)
                    self.handshake = handshake
                    await send(outbound)
                case .failed(let reason, let alert):
                    return handshake == nil
                        ? .handshake(reason: reason, alert: alert) : .protocolError("TLS: \(alert ?? reason)")
                case .unable(let reason): return .local(reason)
                case .overflow: return .limitExceeded("more octets than the response can have")
                case .cutOff:
                    return .closedEarly(stage: response == nil ? stage : "response, without close_notify of TLS")
                case .foreign(let protocolName): return .protocolError("the answer is \(protocolName), not HTTP/1.1")
                case .part(.head(let head)): begin(head)
                case .part(.body(let bytes)):
                    if take(bytes) { return nil }
                case .part(.end):
                    transcript.add(.event, "body of \(response?.body.count ?? 0) octets", encrypted: true)
                    return nil
                }
            }
            return .closedEarly(stage: stage)
        } catch HTTPParserError.headerOverflow {
            return .limitExceeded("header fields of more than \(request.limits.header) octets")
        } catch HTTPParserError.invalidEOFState {
            return .closedEarly(stage: stage)
        } catch let error as HTTPParserError {
            return .protocolError("the answer is not HTTP/1.1 (\(error))")
        } catch {
            return WireFailure(error, stage: stage)
        }
    }

    /// A failure to write is not reported: the server may have said why before it closed, and reading finds out either way.
    private func send(_ outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>) async {
        let headers: HTTPHeaders = [
            "Host": request.host.text + (request.port == 443 ? "" : ":\(request.port)"), "User-Agent": "mailgrade",
            "Accept": "text/plain", "Connection": "close",
        ]
        transcript.add(.client, "GET \(request.path) HTTP/1.1", encrypted: true)
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: request.path, headers: headers)
        try? await outbound.write(contentsOf: [.head(head), .end(nil)])
    }

    private mutating func begin(_ head: HTTPResponseHead) {
        response = HTTPResponse(
            status: Int(head.status.code), contentType: head.headers.first(name: "Content-Type"),
            location: head.headers.first(name: "Location"),
            contentEncoding: head.headers.first(name: "Content-Encoding"),
            contentLength: head.headers.first(name: "Content-Length").flatMap { Int($0) })
        transcript.add(.server, "\(head.version) \(head.status.code) \(head.status.reasonPhrase)", encrypted: true)
        for (name, value) in head.headers { transcript.add(.server, "\(name): \(value)", encrypted: true) }
    }

    /// Adds to the body; true when its limit is reached and reading stops.
    private mutating func take(_ bytes: ByteBuffer) -> Bool {
        let space = request.limits.body - (response?.body.count ?? 0)
        response?.body += bytes.readableBytesView.prefix(space)
        guard bytes.readableBytes > space else { return false }
        response?.isTruncated = true
        transcript.add(.event, "body of more than \(request.limits.body) octets: reading stopped", encrypted: true)
        return true
    }
}
