// With MTA-STS (RFC 8461) a domain tells senders to deliver over authenticated TLS only. It takes two steps:
//
//     _mta-sts.example.com.  TXT  "v=STSv1; id=20260101T000000"          there is a policy, and this is its version
//     https://mta-sts.example.com/.well-known/mta-sts.txt
//         version: STSv1
//         mode: enforce                    testing: report, and deliver all the same; none: no policy
//         mx: *.example.com                an MX host must match one pattern; * is exactly one label
//         max_age: 604800                  how many seconds senders remember it
//
// A sender that enforces the policy wants STARTTLS and a certificate for the MX host name from a public CA, and does not
// deliver to a host that has no such thing.
public import CheckKit
internal import MailModel

/// The TXT records at `_mta-sts` below the domain. RFC 8461, section 3.1.
///
/// Absent when the lookup failed. Only the domain's own name is asked for, never a parent's (section 3.4).
public struct MTASTSRecord: DomainFact {
    /// `mta-sts.record`.
    public static let id: FactID = "mta-sts.record"

    /// The answer.
    public var lookup: TextLookup

    /// An answer.
    public init(_ lookup: TextLookup) { self.lookup = lookup }

    /// A name that exists and has records with these texts.
    public init(_ texts: String...) { lookup = TextLookup(texts) }

    /// What senders make of the records. RFC 8461, section 3.1.
    public var reading: RecordReading<MTASTSAnnouncement> { lookup.reading() }

    /// Whether some record is meant to announce a policy, be it well or badly.
    package var isAttempted: Bool { reading != .absent || !lookup.nearMisses(MTASTSAnnouncement.version).isEmpty }
}

/// A valid record: it announces a policy. RFC 8461, section 3.1.
public struct MTASTSAnnouncement: Hashable, Sendable, VersionedRecord {
    /// Changes whenever the policy does.
    public var id: String

    package static let version = "v=STSv1"

    /// Reads the text of a record:
    ///
    ///     sts-text-record = sts-version 1*(sts-field-delim sts-field) [sts-field-delim]
    ///     sts-version     = %s"v=STSv1"
    ///     sts-id          = %s"id=" 1*32(ALPHA / DIGIT)           ; required
    ///
    /// Of a field that is there twice the first counts, and unknown fields are ignored (section 3.2).
    package init(_ text: String) throws(GrammarFault) {
        let fields = try TextFields(text, version: Self.version).fields
        guard let id = fields.first(where: { $0.name == "id" })?.value else {
            throw GrammarFault("it has no id")
        }
        guard id.utf8.count <= 32, id.utf8.allSatisfy(\.isLetterOrDigit) else {
            throw GrammarFault("the id \(TextFields.quoted(id)) is not 1 to 32 letters and digits")
        }
        self.id = id
    }
}
