internal import CheckKit
internal import FoundationEssentials
internal import MailModel
internal import Observations

// What the examples of this folder are made of: mx.example.com, seen as `CertificateChain.sample` shows it.

extension TLSARecord {
    /// A record with 32 bytes of one value, or 64 for SHA-512.
    static func sample(_ usage: UInt8, _ selector: UInt8, _ matchingType: UInt8, _ byte: UInt8 = 0xAB) -> TLSARecord {
        TLSARecord(
            usage: usage, selector: selector, matchingType: matchingType,
            data: Array(repeating: byte, count: matchingType == 2 ? 64 : 32))
    }
}

extension TLSALookup {
    /// A lookup below mx.example.com.
    static func sample(
        _ records: [TLSARecord], security: DNSSecurity = .secure, malformed: Int = 0, ttl: Int = 3600
    ) -> TLSALookup {
        TLSALookup(
            base: .sample("mx.example.com"), name: .sample("_25._tcp.mx.example.com"), security: security, records,
            malformed: malformed, ttl: ttl)
    }
}

extension TLSARecords {
    /// Records of mx.example.com.
    static func sample(_ records: TLSARecord..., security: DNSSecurity = .secure) -> TLSARecords {
        TLSARecords([.sample(records, security: security)])
    }

    /// A host whose addresses are not signed.
    static let notAsked = TLSARecords([])
}

extension TLSAMatches {
    /// The sample chain, compared; an example may change it.
    static func sample(
        _ matches: TLSAMatch..., change: (inout CertificateChain) -> Void = { _ in }
    ) -> Observed<TLSAMatches> {
        let chain = CertificateChain.sample(change)
        return .present(
            TLSAMatches([
                ComparedChain(
                    serverName: .sample("mx.example.com"), certificates: chain.certificates, matches: matches)
            ]))
    }

    /// The sample chain and comparisons of it.
    static func sample(_ matches: [TLSAMatch]) -> Observed<TLSAMatches> {
        .present(
            TLSAMatches([
                ComparedChain(
                    serverName: .sample("mx.example.com"), certificates: CertificateChain.sample().certificates,
                    matches: matches)
            ]))
    }

    /// A server without TLS.
    static let none = Observed<TLSAMatches>.absent(
        .blocked(by: TLSSession.id, because: .notApplicable("The server does not offer STARTTLS.")))
}

extension MXRecords {
    /// An MX record in a signed zone.
    static let secureSample = MXRecords(security: .secure, [.sample], of: .sample("example.com"))
}

extension Observed<EHLOReply> {
    static let withSTARTTLS = Observed.present(EHLOReply(keywords: ["STARTTLS"]))
    static let withoutSTARTTLS = Observed.present(EHLOReply(keywords: ["SIZE"]))
}
