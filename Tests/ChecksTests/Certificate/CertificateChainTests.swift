import FoundationEssentials
import MailModel
import Testing

@testable import Checks

struct CertificateChainTests {
    @Test("The path has the elements that the wire counted, in the order of their issuers")
    func inOrder() {
        let chain = CertificateChain.sample()
        #expect(chain.elements.map(\.certificate) == chain.certificates)
        #expect(chain.elements.map(\.depth) == [0, 1])
        #expect(chain.elements.map(\.isBeginning) == [false, false])
    }

    @Test("A certificate that was sent and is on no path is left out")
    func extra() {
        let chain = CertificateChain.sample { chain in
            var stranger = chain.certificates[1]
            stranger.subject = "CN=Old Cross"
            chain.certificates.insert(stranger, at: 1)
        }
        #expect(chain.elements.map(\.certificate.subject) == ["CN=mx.example.com", "CN=Some CA R3"])
    }

    @Test("Certificates sent in the wrong order are found by their names")
    func shuffled() {
        let chain = CertificateChain.sample { chain in
            var root = chain.certificates[1]
            root.subject = "CN=Some Root"
            root.isSelfIssued = true
            chain.certificates.insert(root, at: 1)
            chain.path.length = 3
        }
        #expect(chain.elements.map(\.certificate.subject) == ["CN=mx.example.com", "CN=Some CA R3", "CN=Some Root"])
        #expect(chain.elements.map(\.isBeginning) == [false, false, true])
    }

    @Test("Of two certificates of one issuer the one that was valid lies on the path")
    func crossSigned() {
        let chain = CertificateChain.sample { chain in
            var old = chain.certificates[1]
            old.serial = "02"
            old.notAfter = old.notBefore
            chain.certificates.insert(old, at: 1)
        }
        #expect(chain.elements.map(\.certificate.serial) == ["01", "01"])
    }

    @Test("The leaf sent twice is on the path once")
    func leafTwice() {
        let chain = CertificateChain.sample { $0.certificates.insert($0.certificates[0], at: 1) }
        #expect(chain.elements.map(\.certificate.subject) == ["CN=mx.example.com", "CN=Some CA R3"])
    }

    @Test("A self-signed leaf begins its own path")
    func selfSigned() {
        #expect(CertificateChain.selfSignedSample.elements.map(\.isBeginning) == [true])
    }

    @Test("A self-issued certificate whose issuer is missing begins nothing")
    func keyRollover() {
        let chain = CertificateChain.sample { chain in
            chain.certificates[1].isSelfIssued = true
            chain.path.problems = [.init(kind: .missingIssuer, depth: 1, detail: "no issuer")]
        }
        #expect(chain.elements.map(\.isBeginning) == [false, false])
    }

    @Test("Without certificates there is no path")
    func empty() {
        #expect(CertificateChain.emptySample.elements.isEmpty)
        #expect(CertificateChain.emptySample.leaf == nil)
    }

    @Test("Even when the wire could build no path the leaf is looked at")
    func noPath() {
        let chain = CertificateChain.sample { $0.path.length = 0 }
        #expect(chain.elements.map(\.depth) == [0])
    }
}
