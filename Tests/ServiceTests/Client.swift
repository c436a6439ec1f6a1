import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import MailModel
import NIOCore
import NIOEmbedded

@testable import Service

/// Asks the service without a socket. Hummingbird's own client for tests would bring a second TLS library into the build.
struct Client: Sendable {
    /// An answer, read to its end.
    struct Answer: Sendable {
        let status: HTTPResponse.Status
        let headers: HTTPFields
        let body: ByteBuffer
    }

    let responder: RouterResponder<ServiceContext>

    func execute(
        uri: String, method: HTTPRequest.Method, headers: HTTPFields = [:], body: ByteBuffer = ByteBuffer()
    ) async throws -> Answer {
        let head = HTTPRequest(method: method, scheme: "http", authority: "localhost", path: uri, headerFields: headers)
        return try await answer(to: Request(head: head, body: RequestBody(buffer: body)))
    }

    func answer(to request: Request) async throws -> Answer {
        let source = ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "tests"))
        let response = try await responder.respond(to: request, context: ServiceContext(source: source))
        let collected = Collected()
        try await response.body.write(Writer(collected: collected))
        return Answer(status: response.status, headers: response.headers, body: collected.bytes.withLock { $0 })
    }

    private final class Collected: Sendable {
        let bytes = Locked(ByteBuffer())
    }

    private struct Writer: ResponseBodyWriter {
        let collected: Collected

        mutating func write(_ buffer: ByteBuffer) async throws {
            collected.bytes.withLock { _ = $0.writeImmutableBuffer(buffer) }
        }

        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}
