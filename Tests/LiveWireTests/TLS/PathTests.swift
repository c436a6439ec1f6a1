import COpenSSL
import FoundationEssentials
import MailModel
import Testing

@testable import LiveWire

@Suite("Path building")
struct PathTests {
    /// A chain as a server sends it, the anchors, and what is to be found: kinds with their depth.
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let chain: [TestIdentity]
        let anchor: TestIdentity
        let problems: [String]
        var path: [Int]?

        init(
            _ name: String, _ chain: [TestIdentity], anchor: TestIdentity = TestPKI.shared.root, _ problems: String...,
            path: [Int]? = nil
        ) {
            testDescription = name
            (self.chain, self.anchor, self.problems, self.path) = (chain, anchor, problems, path)
        }
    }

    @Test(
        "PKIX-02, PKIX-03, PKIX-05, PKIX-06: names each kind of problem, and where",
        arguments: trusted + incomplete + refused)
    func path(item: Case) {
        let path = PathBuilder(anchors: .trusting(item.anchor)).path(of: item.chain.map(\.certificate), at: .now)
        #expect(path.problems.map { "\($0.kind.rawValue) at \($0.depth)" } == item.problems, "\(path.problems)")
        if let expected = item.path { #expect(path.certificates == expected) }
    }

    private static let pki = TestPKI.shared
    private static let stranger = TestIdentity.make(.authority("Stranger"))
    private static let selfSigned = TestIdentity.make(.init())

    static let trusted = [
        Case("the chain of a public CA", [pki.leaf, pki.intermediate], path: [0, 1]),
        Case("the root sent as well", [pki.leaf, pki.intermediate, pki.root], path: [0, 1, 2]),
        Case("the wrong order", [pki.leaf, pki.root, pki.intermediate], path: [0, 2, 1]),
        Case("a certificate that has nothing to do with it", [pki.leaf, stranger, pki.intermediate], path: [0, 2]),
        Case("an intermediate as trust anchor", [pki.leaf], anchor: pki.intermediate, path: [0]),
        Case("a self-signed leaf that is the trust anchor", [selfSigned], anchor: selfSigned, path: [0]),
        Case("an expired leaf: dates are judged elsewhere", [issue { $0.daysFromNow = -90 ... -1 }, pki.intermediate]),
        Case("a leaf from the future", [issue { $0.daysFromNow = 10...20 }, pki.intermediate]),
        Case("an expired intermediate", under { $0.daysFromNow = -90 ... -1 }),
        Case("SHA-1 and 1024 bits: strength is judged elsewhere", [weak, pki.intermediate]),
        Case("a permitted name", under { $0.extra = [(NID_name_constraints, "permitted;DNS:example")] }),
    ]

    static let incomplete = [
        Case("a leaf alone", [pki.leaf], "missing-issuer at 0", path: [0]),
        Case(
            "no root, sent or known", [pki.leaf, pki.intermediate], anchor: stranger, "missing-issuer at 1",
            path: [0, 1]),
        Case(
            "a private CA that is sent", [pki.leaf, pki.intermediate, pki.root], anchor: stranger,
            "untrusted-issuer at 2", path: [0, 1, 2]),
        Case("a certificate issued by itself", [selfSigned], "self-signed at 0", path: [0]),
        Case("the same with others behind it", [selfSigned, pki.intermediate], "self-signed at 0", path: [0]),
        Case("no certificate", [], "other at 0", path: []),
    ]

    static let refused = [
        Case(
            "a leaf for clients only", [issue { $0.extendedKeyUsage = "clientAuth" }, pki.intermediate],
            "wrong-purpose at 0"),
        Case("an issuer that is no CA", under { $0.basicConstraints = "CA:FALSE" }, "not-allowed at 1"),
        Case("an issuer that must not sign", under { $0.keyUsage = "critical,cRLSign" }, "not-allowed at 1"),
        Case("a path longer than allowed", tooLong, "not-allowed at 2"),
        Case(
            "a name outside the constraints", under { $0.extra = [(NID_name_constraints, "permitted;DNS:other.test")] },
            "not-allowed at 0"),
        Case(
            "an unknown critical extension",
            [issue { $0.extra = [(unknownExtension, "critical,DER:05:00")] }, pki.intermediate], "not-allowed at 0"),
        Case("a signature by another key of the same name", forged, "bad-signature at 0"),
        Case(
            "two problems at once", [issue { $0.extendedKeyUsage = "clientAuth" }], "missing-issuer at 0",
            "wrong-purpose at 0"),
    ]

    /// A leaf of the intermediate, with a change.
    private static func issue(_ change: (inout TestIdentity.Request) -> Void) -> TestIdentity {
        var request = TestIdentity.Request()
        change(&request)
        return .make(request, by: pki.intermediate)
    }

    /// A leaf under an intermediate with a change.
    private static func under(_ change: (inout TestIdentity.Request) -> Void) -> [TestIdentity] {
        var request = TestIdentity.Request.authority("Changed intermediate")
        change(&request)
        let intermediate = TestIdentity.make(request, by: pki.root)
        return [.make(.init(), by: intermediate), intermediate]
    }

    private static let weak = issue {
        $0.key = .rsa1024
        $0.hash = EVP_sha1()
    }

    private static let tooLong: [TestIdentity] = {
        let first = TestIdentity.make(.authority("First", constraints: "critical,CA:TRUE,pathlen:0"), by: pki.root)
        let second = TestIdentity.make(.authority("Second"), by: first)
        return [.make(.init(), by: second), second, first]
    }()

    private static let forged: [TestIdentity] = {
        var request = TestIdentity.Request.authority("Twin")
        request.hasKeyIdentifiers = false
        let real = TestIdentity.make(request, by: pki.root)
        request.key = TestKey()
        let impostor = TestIdentity.make(request, by: pki.root)
        return [.make(TestIdentity.Request(hasKeyIdentifiers: false), by: impostor), real]
    }()

    private static let unknownExtension = OBJ_create("1.3.6.1.4.1.32473.1", "unknown-to-all", "unknown to all")
}
