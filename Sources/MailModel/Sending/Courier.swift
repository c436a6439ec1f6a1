/// Sends what the operator wants to be told, to where the operator wants it: never to a server that is tested. Every attempt ends within
/// a minute, whatever the other side does.
public protocol Courier: Sendable {
    /// Posts; a status of 2xx is success. Throws `Undelivered`, or `CancellationError`.
    func post(_ post: OutgoingPost) async throws

    /// Hands a message to a relay, which answers for it from then on. Throws `Undelivered`, or `CancellationError`.
    func submit(_ mail: OutgoingMail, to relay: MailRelay) async throws
}

/// A POST. RFC 9110, section 9.3.3.
public struct OutgoingPost: Sendable, Hashable {
    /// Where to.
    public var address: WebAddress
    /// Fields beside Host, Content-Length and the like; characters that a field must not hold are left out when they are sent.
    public var fields: [String: String]
    /// The body.
    public var body: [UInt8]
    /// What the body is signed with, by HMAC-SHA-256 in `X-Mailgrade-Signature`; nil for no signature. RFC 2104.
    public var secret: [UInt8]?

    /// A POST without a signature.
    public init(to address: WebAddress, fields: [String: String], body: [UInt8], secret: [UInt8]? = nil) {
        self.address = address
        self.fields = fields
        self.body = body
        self.secret = secret
    }
}

/// A message for a relay. RFC 5321, section 3.3.
public struct OutgoingMail: Sendable, Hashable {
    /// The reverse-path.
    public var sender: String
    /// The forward-paths.
    public var recipients: [String]
    /// Header and body, in lines without their ends; each at most 998 octets of ASCII. RFC 5322, section 2.1.1.
    public var lines: [String]

    /// A message.
    public init(from sender: String, to recipients: [String], lines: [String]) {
        self.sender = sender
        self.recipients = recipients
        self.lines = lines
    }
}

/// The relay that takes our mail.
public struct MailRelay: Sendable, Hashable {
    /// Its name or address.
    public var host: String
    /// The TCP port.
    public var port: Int
    /// Whether nothing is sent unless TLS is there and the certificate is valid for the name; else TLS is used where it is offered,
    /// whoever is at the other end.
    public var requiresTLS: Bool

    /// A relay.
    public init(host: String, port: Int = 25, requiresTLS: Bool = true) {
        self.host = host
        self.port = port
        self.requiresTLS = requiresTLS
    }
}

/// Why something was not delivered: a phrase without a full stop, which may quote the other side.
public struct Undelivered: Error, Sendable, Hashable, CustomStringConvertible {
    /// The phrase.
    public let description: String
    /// Whether the other side may have it all the same: everything was sent, and what became of it is not known.
    public let mayHaveArrived: Bool

    /// A reason.
    public init(_ description: String, mayHaveArrived: Bool = false) {
        self.description = description
        self.mayHaveArrived = mayHaveArrived
    }
}
