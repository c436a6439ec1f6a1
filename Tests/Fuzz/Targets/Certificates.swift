import FoundationEssentials

@testable import LiveWire
@testable import MailModel

extension FuzzTarget {
    /// What a handshake brings, in pieces behind their lengths: a chain, the leaf first. With the lowest bit of the first octet the last
    /// piece is an OCSP staple, with the next one a TLSA record.
    static let certificates = FuzzTarget("certificates") { input in
        var reader = InputReader(input)
        let control = reader.octet()
        var pieces = reader.pieces(atMost: 6)
        let staple = control & 1 == 0 ? nil : pieces.popLast()
        let association = control & 2 == 0 ? nil : pieces.popLast()
        let chain = pieces.compactMap { X509Handle(der: $0) }
        for certificate in chain { requireSame(CertificateReader.read(certificate), "a certificate") }
        requireSame(PathBuilder(anchors: anchors).path(of: chain, at: instant), "a path")
        if let staple { requireSame(OCSPReader(chain: chain, anchors: anchors).read(staple), "a staple") }
        if let association {
            let numbers = (control >> 2 & 3, control >> 4 & 1, control >> 5 & 3)
            let record = TLSARecord(
                usage: numbers.0, selector: numbers.1, matchingType: numbers.2, data: association)
            requireSame(TLSAMatcher(record: record, chain: chain).match(), "what a TLSA record matches")
        }
    }

    private static let instant = Date(timeIntervalSince1970: 1_700_000_000)
    private static let anchors: TrustStore = {
        do {
            return try TrustStore.system()
        } catch {
            fatalError("\(error)")
        }
    }()
}
