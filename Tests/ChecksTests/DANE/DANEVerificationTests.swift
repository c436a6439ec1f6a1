import CheckKit
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// The rules of matching, each by itself.
@Suite("DANE verification")
struct DANEVerificationTests {
    private let key = TLSARecord.sample(3, 1, 1)
    private let anchor = TLSARecord.sample(2, 0, 1)
    private let path = TrustAnchorPath(certificates: [0, 1])

    private func verify(
        _ matches: TLSAMatch..., names: [String] = ["mx.example.com"], days: Double = 0,
        change: (inout CertificateChain) -> Void = { _ in }
    ) -> DANEVerification.Result {
        DANEVerification(
            chain: ComparedChain(
                serverName: .sample("mx.example.com"), certificates: CertificateChain.sample(change).certificates,
                matches: matches),
            owner: .sample("_25._tcp.mx.example.com"), names: names.map { .sample($0) },
            instant: JudgedAt.sample(days: days).instant
        ).result()
    }

    private func codes(_ result: DANEVerification.Result) -> [String] {
        switch result {
        case .unusable: ["unusable"]
        case .authenticated(let issues): ["authenticated"] + issues.map { Issue<DANEValidFinding>($0).code.rawValue }
        case .refused(let issues): issues.map { Issue<DANEValidFinding>($0).code.rawValue }
        }
    }

    @Test("DANE-18: usage 3 looks at the leaf alone, whatever its names, dates and issuer")
    func endEntity() {
        let result = verify(TLSAMatch(key, depths: [0]), days: -400) {
            $0.certificates = [$0.certificates[0]]
            $0.certificates[0].dnsNames = ["elsewhere.example"]
            $0.certificates[0].isSelfIssued = true
        }
        #expect(codes(result) == ["authenticated"])
    }

    @Test("DANE-18: an expired certificate is valid and gets a reminder")
    func expiredEndEntity() {
        #expect(
            codes(verify(TLSAMatch(key, depths: [0]), days: 400)) == ["authenticated", "dane.certificate-expired"])
    }

    @Test("DANE-18: usage 3 that matches a CA of the chain only is no match")
    func endEntityAboveLeaf() {
        #expect(codes(verify(TLSAMatch(key, depths: [1]))) == ["dane.no-match"])
    }

    @Test("DANE-19: usage 2 needs a valid path, a name and dates")
    func trustAnchor() {
        let good = TLSAMatch(anchor, depths: [1], path: path)
        #expect(codes(verify(good)) == ["authenticated"])
        #expect(codes(verify(good, days: 400)) == ["dane.chain-outside-dates"])
        #expect(codes(verify(good, days: -60)) == ["dane.chain-outside-dates"])
        #expect(codes(verify(good, names: ["mx.example.net"])) == ["dane.name-mismatch"])
        let broken = TrustAnchorPath(
            problems: [.init(kind: .badSignature, depth: 0, detail: "certificate signature failure")],
            certificates: [0, 1])
        #expect(codes(verify(TLSAMatch(anchor, depths: [1], path: broken))) == ["dane.chain-invalid"])
    }

    @Test(
        "DANE-19: senders look at the dates of a trust anchor that signed itself, and at those of no other",
        arguments: [(true, ["dane.chain-outside-dates"]), (false, ["authenticated", "dane.anchor-outside-dates"])])
    func anchorDates(isSelfIssued: Bool, expected: [String]) {
        let sent = verify(TLSAMatch(anchor, depths: [1], path: path)) {
            $0.certificates[1].notAfter = .distantPast
            $0.certificates[1].isSelfIssued = isSelfIssued
        }
        #expect(codes(sent) == expected)
        var old = CertificateChain.sample().certificates[1]
        old.notAfter = .distantPast
        old.isSelfIssued = isSelfIssued
        let fromDNS = TrustAnchorPath(certificates: [0], anchorFromDNS: old)
        #expect(codes(verify(TLSAMatch(.sample(2, 0, 0), path: fromDNS))) == expected)
    }

    @Test("DANE-19: below an anchor every date counts, and an anchor that is not on the path does not")
    func datesBelowTheAnchor() {
        let higher = verify(TLSAMatch(anchor, depths: [2], path: TrustAnchorPath(certificates: [0, 1, 2]))) {
            $0.certificates.append($0.certificates[1])
            $0.certificates[1].notAfter = .distantPast
        }
        #expect(codes(higher) == ["dane.chain-outside-dates"])
        let bareKey = TrustAnchorPath(certificates: [0, 1], endsInBareKey: true)
        let signedByKey = verify(TLSAMatch(.sample(2, 1, 0), path: bareKey)) {
            $0.certificates[1].notAfter = .distantPast
        }
        #expect(codes(signedByKey) == ["dane.chain-outside-dates"])
        let unused = verify(TLSAMatch(anchor, depths: [1], path: TrustAnchorPath(certificates: [0]))) {
            $0.certificates[1].notAfter = .distantPast
        }
        #expect(codes(unused) == ["authenticated"])
    }

    @Test("DANE-20: a trust anchor that is not sent is not found")
    func anchorNotSent() {
        #expect(codes(verify(TLSAMatch(anchor))) == ["dane.no-trust-anchor"])
        #expect(codes(verify(TLSAMatch(anchor, depths: [0]))) == ["dane.no-trust-anchor"])
        let fromDNS = TrustAnchorPath(certificates: [0], anchorFromDNS: CertificateChain.sample().certificates[1])
        #expect(codes(verify(TLSAMatch(.sample(2, 0, 0), path: fromDNS))) == ["authenticated"])
    }

    @Test("DANE-21: a bare key that signed the highest certificate is accepted with a warning")
    func bareKey() {
        let match = TLSAMatch(.sample(2, 1, 0), path: TrustAnchorPath(certificates: [0, 1], endsInBareKey: true))
        #expect(codes(verify(match)) == ["authenticated", "dane.bare-trust-anchor-key"])
        #expect(codes(verify(match, TLSAMatch(key, depths: [0]))) == ["authenticated"])
    }

    @Test("DANE-22: with secure MX records the mail domain is a name too, and without them it is not")
    func referenceNames() {
        let records = TLSARecords.sample(anchor)
        let base = DomainName.sample("mx.example.com")
        let alias = DomainName.sample("mail.example.net")
        func names(_ mx: MXRecords) -> [String] { records.referenceNames(mx, base: base).map(\.text) }
        let domain = DomainName.sample("example.com")
        #expect(names(MXRecords(security: .secure, [.sample], of: domain)) == ["mx.example.com", "example.com"])
        #expect(
            names(MXRecords(security: .secure, [.sample], canonicalName: alias, of: domain))
                == ["mx.example.com", "example.com", "mail.example.net"])
        #expect(names(MXRecords([.sample], of: domain)) == ["mx.example.com"])
        #expect(names(MXRecords(of: domain)) == ["mx.example.com", "example.com"])
        #expect(
            codes(
                verify(
                    TLSAMatch(anchor, depths: [1], path: path), names: ["mx.example.com", "example.com"]
                ) { $0.certificates[0].dnsNames = ["example.com"] }) == ["authenticated"])
    }

    @Test("evidence of the time when a host's records knew the domain is read as it was")
    func formerDomain() throws {
        let json = #"{"domain":"example.com","lookups":[]}"#
        let records = try JSONDecoder().decode(TLSARecords.self, from: Data(json.utf8))
        let base = DomainName.sample("mx.example.com")
        #expect(records.referenceNames(MXRecords(), base: base).map(\.text) == ["mx.example.com", "example.com"])
        let again = try JSONDecoder().decode(TLSARecords.self, from: JSONEncoder().encode(records))
        #expect(again == records)
    }

    @Test(
        "DANE-23: a wildcard stands for one label, and the common name counts only without DNS names",
        arguments: [
            (["*.example.com"], "", true), (["*.com"], "", false), (["m*.example.com"], "", false),
            ([], "mx.example.com", true), ([], "*.example.com", true), ([], "example.com", false),
            (["www.example.com"], "mx.example.com", false), (["MX.Example.COM"], "", true),
        ] as [([String], String, Bool)])
    func names(dnsNames: [String], commonName: String, isGood: Bool) {
        let result = verify(TLSAMatch(anchor, depths: [1], path: path)) {
            $0.certificates[0].dnsNames = dnsNames
            $0.certificates[0].commonName = commonName.isEmpty ? nil : commonName
        }
        #expect(codes(result) == [isGood ? "authenticated" : "dane.name-mismatch"])
    }

    @Test("DANE-25: beside a SHA-512 record a SHA-256 one of the same kind does not count")
    func digestAgility() {
        let weak = TLSAMatch(key, depths: [0])
        let strong = TLSARecord.sample(3, 1, 2)
        #expect(codes(verify(weak, TLSAMatch(strong))) == ["dane.no-match"])
        #expect(codes(verify(TLSAMatch(key), TLSAMatch(strong, depths: [0]))) == ["authenticated"])
        // Another selector or usage is another kind, and data in full always count.
        #expect(codes(verify(weak, TLSAMatch(.sample(3, 0, 2)))) == ["authenticated"])
        #expect(codes(verify(weak, TLSAMatch(.sample(2, 1, 2)))) == ["authenticated"])
        #expect(codes(verify(TLSAMatch(.sample(3, 1, 0), depths: [0]), TLSAMatch(strong))) == ["authenticated"])
    }

    @Test("DANE-15: records that cannot be read are as good as none, and all of them together authenticate nobody")
    func unreadable() {
        let unreadable = TLSAMatch(.sample(3, 0, 0), isReadable: false)
        #expect(codes(verify(unreadable)) == ["unusable"])
        #expect(codes(verify(unreadable, TLSAMatch(key, depths: [0]))) == ["authenticated"])
        #expect(codes(verify(unreadable, TLSAMatch(key))) == ["dane.no-match"])
    }

    @Test(
        "DANE-13, DANE-14: which records senders cannot use",
        arguments: [
            ("3 1 1 " + .matching, true), ("2 0 1 " + .matching, true), ("3 0 0 30", true),
            ("3 1 2 " + .matching + .matching, true),
            ("0 1 1 " + .matching, false), ("1 0 1 " + .matching, false), ("4 1 1 " + .matching, false),
            ("255 1 1 " + .matching, false), ("3 2 1 " + .matching, false), ("3 1 3 " + .matching, false),
            ("3 1 1 abcd", false), ("3 1 2 " + .matching, false), ("3 1 1 " + .matching + "00", false),
            ("3 1 0", false),
        ])
    func usability(text: String, isUsable: Bool) throws {
        #expect((try #require(TLSARecord(text)).fault == nil) == isUsable)
    }
}
