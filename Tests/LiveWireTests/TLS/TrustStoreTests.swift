import MailModel
import Testing

@testable import LiveWire

@Suite("The trust store")
struct TrustStoreTests {
    private let pki = TestPKI.shared

    @Test("has the same digest whatever the order and however often an anchor is named")
    func digest() throws {
        let stranger = TestIdentity.make(.authority("Stranger"))
        let one = TrustStore.trusting(pki.root, stranger)
        let other = TrustStore.trusting(stranger, pki.root, pki.root)
        #expect(one.digest == other.digest)
        #expect(other.count == 2)
        #expect(one.digest != TrustStore.trusting(pki.root).digest)
        #expect(one.digest.count == 64)
    }

    @Test("reads the certificates between other text")
    func otherText() throws {
        let text =
            "# the root of the lab\n\(pki.root.pem)\n-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"
        #expect(try withTemporaryFile(text) { try TrustStore(caFile: $0) }.count == 1)
    }

    @Test("says what is wrong with a file")
    func problems() throws {
        #expect(Self.problem("/nowhere/ca.pem") == "cannot read /nowhere/ca.pem: No such file or directory")
        #expect(try withTemporaryFile("", Self.problem)?.contains("holds no certificate in PEM form") == true)
        let damaged = pki.root.pem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        #expect(try withTemporaryFile(damaged, Self.problem)?.hasPrefix("certificate 2 in ") == true)
    }

    @Test("loads the anchors of the system, or says how to get some")
    func system() {
        do {
            #expect(try TrustStore.system().count > 0)
        } catch {
            #expect("\(error)".contains("ca-certificates"))
        }
    }

    private static func problem(_ path: String) -> String? {
        do {
            _ = try TrustStore(caFile: path)
            return nil
        } catch { return "\(error)" }
    }
}
