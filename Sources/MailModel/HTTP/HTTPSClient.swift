internal import FoundationEssentials

/// What to fetch: one resource of one host, with GET.
public struct HTTPSRequest: Hashable, Sendable {
    /// The host: it is sent as SNI and in the Host field. Whether the certificate names it is not looked at.
    public var host: DomainName
    /// The host's addresses, in the order in which to try them; the first that takes the connection is used.
    public var addresses: [IPAddress]
    /// The path, from its slash on.
    public var path: String
    /// The TCP port.
    public var port: Int
    /// How long and how much.
    public var limits: HTTPSLimits

    /// A request to port 443.
    public init(
        host: DomainName, addresses: [IPAddress], path: String, port: Int = 443, limits: HTTPSLimits = HTTPSLimits()
    ) {
        self.host = host
        self.addresses = addresses
        self.path = path
        self.port = port
        self.limits = limits
    }
}

/// How long a request may take, and how much the server may send.
public struct HTTPSLimits: Hashable, Sendable {
    /// For everything, from the first connection attempt to the last octet.
    public var total: Duration
    /// For each connection attempt.
    public var connect: Duration
    /// Octets of the body; reading stops there.
    public var body: Int
    /// Octets of all header fields together.
    public var header: Int

    /// 20 s, 7 s for each attempt, 64 KiB (RFC 8461, section 3.3) and 16 KiB.
    public init(
        total: Duration = .seconds(20), connect: Duration = .seconds(7), body: Int = 64 * 1024,
        header: Int = 16 * 1024
    ) {
        self.total = total
        self.connect = connect
        self.body = body
        self.header = header
    }
}

/// What became of a request, as far as it got.
public struct HTTPSExchange: Hashable, Sendable, Codable {
    /// An address that took no connection.
    public struct FailedAttempt: Hashable, Sendable, Codable {
        /// The address.
        public var address: IPAddress
        /// Why.
        public var failure: WireFailure

        /// An address and why it took no connection.
        public init(_ address: IPAddress, _ failure: WireFailure) {
            self.address = address
            self.failure = failure
        }
    }

    /// The addresses that took no connection, in the order in which they were tried.
    public var failedAttempts: [FailedAttempt]
    /// The address that took the connection; nil when none did.
    public var address: IPAddress?
    /// The TLS handshake, with what the trust anchors say of its chain; nil when it was not completed.
    public var handshake: TLSHandshake?
    /// Why there is no response, once there was a connection.
    public var failure: WireFailure?
    /// The response; nil when it did not come whole.
    public var response: HTTPResponse?
    /// What came of a response that did not come whole; nil when nothing did.
    public var partial: HTTPResponse?

    /// An exchange as far as it got.
    public init(
        failedAttempts: [FailedAttempt] = [], address: IPAddress? = nil, handshake: TLSHandshake? = nil,
        failure: WireFailure? = nil, response: HTTPResponse? = nil, partial: HTTPResponse? = nil
    ) {
        self.partial = partial
        self.failedAttempts = failedAttempts
        self.address = address
        self.handshake = handshake
        self.failure = failure
        self.response = response
    }
}

/// The parts of a response that verdicts are made of. RFC 9110, section 15; redirects are not followed.
public struct HTTPResponse: Hashable, Sendable {
    /// The status code.
    public var status: Int
    /// The Content-Type field as it was sent.
    public var contentType: String?
    /// The Location field as it was sent.
    public var location: String?
    /// The Content-Encoding field as it was sent; nobody asks for one.
    public var contentEncoding: String?
    /// The octets of the body that the Content-Length field promises.
    public var contentLength: Int?
    /// The body, at most as much as the limit allows.
    public var body: [UInt8]
    /// Whether the body goes on behind the limit, where reading stopped.
    public var isTruncated: Bool

    /// A response.
    public init(
        status: Int, contentType: String? = nil, location: String? = nil, contentEncoding: String? = nil,
        contentLength: Int? = nil, body: [UInt8] = [], isTruncated: Bool = false
    ) {
        self.contentEncoding = contentEncoding
        self.contentLength = contentLength
        self.status = status
        self.contentType = contentType
        self.location = location
        self.body = body
        self.isTruncated = isTruncated
    }

    /// The body as text; nil when it is not UTF-8.
    public var text: String? { String(validating: body, as: UTF8.self) }
}

extension HTTPResponse: Codable {
    private enum Key: String, CodingKey {
        case status, contentType, location, contentEncoding, contentLength, text, base64, isTruncated
    }

    /// Reads the body as text, or as base64 where it is none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        self.init(
            status: try container.decode(Int.self, forKey: .status),
            contentType: try container.decodeIfPresent(String.self, forKey: .contentType),
            location: try container.decodeIfPresent(String.self, forKey: .location),
            contentEncoding: try container.decodeIfPresent(String.self, forKey: .contentEncoding),
            contentLength: try container.decodeIfPresent(Int.self, forKey: .contentLength),
            body: try container.decodeIfPresent(String.self, forKey: .text).map { Array($0.utf8) }
                ?? Array(container.decode(Data.self, forKey: .base64)),
            isTruncated: try container.decode(Bool.self, forKey: .isTruncated))
    }

    /// Writes the body so that people can read it where it is text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(status, forKey: .status)
        try container.encodeIfPresent(contentType, forKey: .contentType)
        try container.encodeIfPresent(location, forKey: .location)
        try container.encodeIfPresent(contentEncoding, forKey: .contentEncoding)
        try container.encodeIfPresent(contentLength, forKey: .contentLength)
        if let text {
            try container.encode(text, forKey: .text)
        } else {
            try container.encode(Data(body), forKey: .base64)
        }
        try container.encode(isTruncated, forKey: .isTruncated)
    }
}

/// Fetches single resources over HTTPS: HTTP/1.1 inside TLS 1.2 or later, no redirects, no cache, no cookies.
public protocol HTTPSClient: Sendable {
    /// Fetches one resource. A failure is part of the result, because the handshake before it is worth keeping.
    ///
    /// The certificate is not verified but judged: the handshake in the result says what the trust anchors make of it.
    /// Throws only `CancellationError`, when the task is cancelled.
    func get(_ request: HTTPSRequest, transcript: Transcript) async throws -> HTTPSExchange
}

/// Stands where nobody has put a client; every request fails on our side.
public struct NoHTTPSClient: HTTPSClient {
    /// The only value.
    public init() {}

    /// Fails for every address, with a local failure that says nothing about the server.
    public func get(_ request: HTTPSRequest, transcript: Transcript) async throws -> HTTPSExchange {
        HTTPSExchange(failedAttempts: request.addresses.map { .init($0, .local("no HTTPS client")) })
    }
}
