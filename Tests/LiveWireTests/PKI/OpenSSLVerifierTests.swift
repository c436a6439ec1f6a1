import COpenSSL
import FoundationEssentials
import MailModel
import Testing

@testable import LiveWire

/// Certificates made in memory, compared with TLSA records made of them.
@Suite("TLSA records against certificates")
struct OpenSSLVerifierTests {
    static let pki = TestPKI.shared
    /// Leaf, intermediate, root: all of them are sent.
    static let chain = [pki.leaf, pki.intermediate, pki.root]

    private func match(_ record: TLSARecord, _ chain: [TestIdentity] = Self.chain) throws -> TLSAMatch {
        try #require(OpenSSLVerifier().match([record], chain: chain.map(\.der)).first)
    }

    @Test(
        "DANE-17: the certificate or its key, in full, as SHA-256 or as SHA-512",
        arguments: [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)] as [(UInt8, UInt8)])
    func selectorsAndTypes(selector: UInt8, type: UInt8) throws {
        for depth in 0..<3 {
            let match = try match(.naming(Self.chain[depth], 3, selector, type))
            #expect(match.depths == [depth])
            #expect(match.isReadable)
            #expect(match.path == nil)
        }
        #expect(try match(.naming(.make(.init()), 3, selector, type)).depths == [])
    }

    @Test("DANE-17: two certificates with the same key both match by the key, and one by the certificate")
    func sameKey() throws {
        let renewed = TestIdentity.make(.init(key: Self.pki.leaf.key), by: Self.pki.intermediate)
        let chain = [renewed, Self.pki.leaf, Self.pki.intermediate]
        #expect(try match(.naming(renewed, 3, 1, 1), chain).depths == [0, 1])
        #expect(try match(.naming(renewed, 3, 0, 1), chain).depths == [0])
    }

    @Test("DANE-19: a trust anchor that was sent begins a valid path, be it a root or an intermediate")
    func trustAnchor() throws {
        for (selector, type) in [(0, 1), (1, 1), (0, 2), (1, 2), (0, 0), (1, 0)] as [(UInt8, UInt8)] {
            let root = try match(.naming(Self.pki.root, 2, selector, type))
            #expect(root.path == TrustAnchorPath(certificates: [0, 1, 2]))
            let intermediate = try match(.naming(Self.pki.intermediate, 2, selector, type))
            #expect(intermediate.path == TrustAnchorPath(certificates: [0, 1]))
        }
    }

    @Test("DANE-19: a certificate that was sent but signed nothing is no trust anchor of the leaf")
    func strangerInTheChain() throws {
        let stranger = TestIdentity.make(.authority("Stranger"))
        let match = try match(.naming(stranger, 2, 0, 1), Self.chain + [stranger])
        #expect(match.depths == [3])
        #expect(match.path?.problems.isEmpty == false)
    }

    @Test("DANE-19: a stranger that only has the name of the CA does not make a valid path")
    func forgedName() throws {
        let forged = TestIdentity.make(.authority("Intermediate"), by: Self.pki.root)
        let match = try match(.naming(forged, 2, 0, 1), [Self.pki.leaf, forged, Self.pki.root])
        #expect(match.path?.problems.isEmpty == false)
    }

    @Test("DANE-19: an issuer that is no CA, and one over its path length, make no valid path")
    func caConstraints() throws {
        let noCA = TestIdentity.make(.init(subject: "No CA", keyUsage: nil), by: Self.pki.root)
        let leaf = TestIdentity.make(.init(), by: noCA)
        let first = try match(.naming(Self.pki.root, 2, 0, 1), [leaf, noCA, Self.pki.root])
        #expect(first.path?.problems.contains { $0.kind == .notAllowed } == true)

        let short = TestIdentity.make(.authority("Short", constraints: "critical,CA:TRUE,pathlen:0"))
        let middle = TestIdentity.make(.authority("Middle"), by: short)
        let end = TestIdentity.make(.init(), by: middle)
        let second = try match(.naming(short, 2, 0, 1), [end, middle, short])
        #expect(second.path?.problems.contains { $0.kind == .notAllowed } == true)
    }

    @Test("DANE-19: name constraints of the trust anchor hold")
    func nameConstraints() throws {
        var request = TestIdentity.Request.authority("Constrained")
        request.extra = [(NID_name_constraints, "critical,permitted;DNS:elsewhere.example")]
        let authority = TestIdentity.make(request)
        let leaf = TestIdentity.make(.init(), by: authority)
        let match = try match(.naming(authority, 2, 0, 1), [leaf, authority])
        #expect(match.path?.problems.contains { $0.kind == .notAllowed } == true)
    }

    @Test("DANE-20: a trust anchor that was not sent is not found, whatever its digest")
    func anchorNotSent() throws {
        for (selector, type) in [(0, 1), (1, 1), (0, 2), (1, 2)] as [(UInt8, UInt8)] {
            let match = try match(.naming(Self.pki.root, 2, selector, type), [Self.pki.leaf, Self.pki.intermediate])
            #expect(match.depths == [])
            #expect(match.path == nil)
        }
    }

    @Test("DANE-20: 2 0 0 brings the trust anchor along, so it need not be sent")
    func anchorFromDNS() throws {
        let match = try match(.naming(Self.pki.root, 2, 0, 0), [Self.pki.leaf, Self.pki.intermediate])
        #expect(match.depths == [])
        let path = try #require(match.path)
        #expect(path.problems == [])
        #expect(path.certificates == [0, 1])
        #expect(path.anchorFromDNS?.commonName == "Root")
    }

    @Test("DANE-20: 2 0 0 with a CA that did not sign the chain makes no valid path")
    func wrongAnchorFromDNS() throws {
        let match = try match(.naming(.make(.authority("Root")), 2, 0, 0), [Self.pki.leaf, Self.pki.intermediate])
        #expect(match.path?.problems.isEmpty == false)
    }

    @Test("DANE-21: 2 1 0 is followed to the certificate that the bare key signed")
    func bareKey() throws {
        let record = TLSARecord.naming(Self.pki.root, 2, 1, 0)
        let match = try match(record, [Self.pki.leaf, Self.pki.intermediate])
        #expect(match.depths == [])
        #expect(match.path == TrustAnchorPath(certificates: [0, 1], endsInBareKey: true))
        #expect(try self.match(record, [Self.pki.leaf]).path == nil)
    }

    @Test("the leaf is never its own trust anchor")
    func leafIsNoAnchor() throws {
        let own = TestIdentity.make(.authority("Self"))
        for (selector, type) in [(0, 0), (0, 1), (1, 1)] as [(UInt8, UInt8)] {
            let match = try match(.naming(own, 2, selector, type), [own])
            #expect(match.depths == [0])
            #expect(match.path == nil)
        }
    }

    @Test("DANE-19: dates do not matter to the path; they are judged from the certificates")
    func datesAreLeftOut() throws {
        var old = TestIdentity.Request.authority("Old")
        old.daysFromNow = -20 ... -10
        let authority = TestIdentity.make(old)
        let leaf = TestIdentity.make(.init(daysFromNow: -20 ... -10), by: authority)
        #expect(try match(.naming(authority, 2, 0, 1), [leaf, authority]).path?.problems == [])
    }

    @Test("DANE-14: data in full that is no certificate or no key cannot be read, nor can data with more behind it")
    func unreadable() throws {
        let certificate = TLSARecord.naming(Self.pki.root, 2, 0, 0).data
        let key = TLSARecord.naming(Self.pki.root, 2, 1, 0).data
        for (selector, data) in [
            (0, [1, 2, 3]), (0, key), (0, certificate + [0]), (0, Array(certificate.dropLast())),
            (1, [1, 2, 3]), (1, certificate), (1, key + [0]),
        ] as [(UInt8, [UInt8])] {
            for usage in [2, 3] as [UInt8] {
                let record = TLSARecord(usage: usage, selector: selector, matchingType: 0, data: data)
                #expect(try match(record).isReadable == false)
            }
        }
    }

    @Test("no certificate matches nothing, and one that cannot be parsed is a failure of our side")
    func oddChains() throws {
        #expect(try match(.naming(Self.pki.root, 2, 0, 0), []).path == nil)
        #expect(try match(.naming(Self.pki.leaf, 3, 1, 1), []).depths == [])
        #expect(throws: WireFailure.self) {
            try OpenSSLVerifier().match([.naming(Self.pki.leaf, 3, 1, 1)], chain: [[1, 2, 3]])
        }
    }
}

extension TestIdentity {
    /// The certificate in DER form.
    var der: [UInt8] { DER.certificate(certificate.pointer) }

    /// Its public key in DER form.
    var publicKey: [UInt8] { DER.encode { i2d_PUBKEY(key.pointer, $0) } }
}

extension TLSARecord {
    /// The record that names a certificate.
    static func naming(_ identity: TestIdentity, _ usage: UInt8, _ selector: UInt8, _ type: UInt8) -> TLSARecord {
        let selected = selector == 0 ? identity.der : identity.publicKey
        var data = selected
        if type > 0 {
            data = [UInt8](repeating: 0, count: type == 1 ? 32 : 64)
            EVP_Digest(selected, selected.count, &data, nil, type == 1 ? EVP_sha256() : EVP_sha512(), nil)
        }
        return TLSARecord(usage: usage, selector: selector, matchingType: type, data: data)
    }
}
