import CheckKit
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

struct CertificateChainTests {
    @Test("The path has the elements that the wire found, in the order of their issuers")
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
            chain.path.certificates = [0, 2]
        }
        #expect(chain.elements.map(\.certificate.subject) == ["CN=mx.example.com", "CN=Some CA R3"])
    }

    @Test("Certificates sent in the wrong order are found")
    func shuffled() {
        let chain = CertificateChain.sample { chain in
            var root = chain.certificates[1]
            root.subject = "CN=Some Root"
            root.isSelfIssued = true
            chain.certificates.insert(root, at: 1)
            chain.path.certificates = [0, 2, 1]
        }
        #expect(chain.elements.map(\.certificate.subject) == ["CN=mx.example.com", "CN=Some CA R3", "CN=Some Root"])
        #expect(chain.elements.map(\.isBeginning) == [false, false, true])
    }

    @Test("A place that the chain does not have, as damaged evidence may name it, is left out")
    func outOfRange() {
        let chain = CertificateChain.sample { $0.path.certificates = [0, 7, -1] }
        #expect(chain.elements.map(\.certificate.subject) == ["CN=mx.example.com"])
    }

    @Test("Evidence that knew only the length of the path means the first certificates")
    func formerEvidence() throws {
        let json = Data(#"{"problems":[],"length":2,"trustStore":"ab","checkedAt":0}"#.utf8)
        #expect(try JSONDecoder().decode(CertificatePath.self, from: json).certificates == [0, 1])
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
        let chain = CertificateChain.sample { $0.path.certificates = [] }
        #expect(chain.elements.map(\.depth) == [0])
    }
}
