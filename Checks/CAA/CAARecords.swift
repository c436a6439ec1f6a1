// CAA records (RFC 8659) say which CAs may issue certificates for a name, and hold for all names below it:
//
//     mx.mail.example.com.  CAA  no records here …
//     mail.example.com.     CAA  … nor here …
//     example.com.          CAA  0 issue "ca.example.net"      the first name on the way up that has some decides
//
// A CA looks them up before it issues; senders of mail never do. Without any, every CA may issue. An answer that fails is
// not an empty one: then a CA must not issue (RFC 8659, section 3), and nothing can be said.
public import CheckKit
public import MailModel
internal import Observations

/// The CAA records that hold for an MX host: those of the host itself, or of the nearest name above it that has some. RFC
/// 8659, section 3.
public struct CAARecords: HostFact, Hashable {
    /// `caa.records`.
    public static let id: FactID = "caa.records"

    /// The name that has them; nil where no name up to the top-level domain has any.
    public var owner: DomainName?
    /// The records of that name, in the order of the answer.
    public var records: [CAARecord]
    /// How many of its records cannot be read.
    public var malformed: Int
    /// What our validator says of the answers: the worst of all that were asked for.
    public var security: DNSSecurity

    /// No records anywhere, unless said otherwise.
    public init(
        owner: DomainName? = nil, _ records: [CAARecord] = [], malformed: Int = 0, security: DNSSecurity = .insecure
    ) {
        self.owner = owner
        self.records = records
        self.malformed = malformed
        self.security = security
    }
}

/// One CAA record. RFC 8659, section 4.1.
public struct CAARecord: Hashable, Sendable, Codable {
    /// Whether a CA that does not know the tag must not issue.
    public var isCritical: Bool
    /// The property, in lower case: `issue`, `issuewild`, `iodef` and others.
    public var tag: String
    /// What the property says, as it was sent; for `issue` the CA, or nothing where none may issue.
    public var value: String

    /// A record.
    public init(_ tag: String, _ value: String, isCritical: Bool = false) {
        self.tag = tag
        self.value = value
        self.isCritical = isCritical
    }

    /// Reads the data of a record: flags, the length of the tag, the tag, the value. Nil where that is not what it is.
    init?(data: [UInt8]) {
        guard data.count > 2, data.count >= 2 + Int(data[1]) else { return nil }
        let tag = data[2..<(2 + Int(data[1]))]
        guard !tag.isEmpty, tag.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) }) else {
            return nil
        }
        self.init(
            String(decoding: tag, as: UTF8.self).lowercased(),
            String(decoding: data[(2 + tag.count)...].prefix(255), as: UTF8.self), isCritical: data[0] & 0x80 != 0)
    }
}
