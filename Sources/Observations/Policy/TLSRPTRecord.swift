// With TLS-RPT (RFC 8460) a domain asks senders to report each day how TLS went: how often it worked, and why it failed.
// It is how one learns that MTA-STS or DANE keeps mail out.
//
//     _smtp._tls.example.com.  TXT  "v=TLSRPTv1; rua=mailto:tls@example.com,https://reports.example.net/v1"
//
// Reports go to mailboxes or to web servers. The name is _smtp._tls and no other.
public import CheckKit
internal import MailModel

/// The TXT records at `_smtp._tls` below the domain. RFC 8460, section 3. Absent when the lookup failed.
public struct TLSRPTRecord: DomainFact {
    /// `tls-rpt.record`.
    public static let id: FactID = "tls-rpt.record"

    /// The answer.
    public var lookup: TextLookup

    /// An answer.
    public init(_ lookup: TextLookup) { self.lookup = lookup }

    /// A name that exists and has records with these texts.
    public init(_ texts: String...) { lookup = TextLookup(texts) }

    /// What senders make of the records. RFC 8460, section 3.
    public var reading: RecordReading<TLSRPTRequest> { lookup.reading() }
}

/// A valid record: it asks for reports. RFC 8460, section 3.
public struct TLSRPTRequest: Hashable, Sendable, VersionedRecord {
    /// Where reports are to go, in the order of the record.
    public var destinations: [TLSRPTDestination]
    /// How many `rua` fields there are; senders may read only the first.
    public var fields: Int

    package static let version = "v=TLSRPTv1"

    /// Reads the text of a record:
    ///
    ///     tlsrpt-record = tlsrpt-version 1*(field-delim tlsrpt-field) [field-delim]
    ///     tlsrpt-rua    = %s"rua=" tlsrpt-uri *(*WSP "," *WSP tlsrpt-uri)        ; required
    ///
    /// Unknown fields are ignored.
    package init(_ text: String) throws(GrammarFault) {
        let fields = try TextFields(text, version: Self.version) { $0 == "rua" }.fields.filter { $0.name == "rua" }
        guard !fields.isEmpty else { throw GrammarFault("it has no rua") }
        var destinations: [TLSRPTDestination] = []
        for field in fields {
            for uri in field.value.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
                destinations.append(try TLSRPTDestination(String(Substring(uri).withoutBlanks())))
            }
        }
        self.destinations = destinations
        self.fields = fields.count
    }
}

extension Probe {
    /// Asks for the TXT records at `_smtp._tls`.
    static let tlsrptRecord = Probe.perDomain(
        .lookingUp("TLS-RPT record").sending(.lookups(1...1, "TXT of _smtp._tls.{domain}"))
    ) {
        (target: DomainTarget) async throws -> TLSRPTRecord in
        let name = target.domain.prefixed("_tls").prefixed("_smtp")
        return TLSRPTRecord(TextLookup(try await target.wire.dns.lookup(name, .txt), to: name))
    }
}
