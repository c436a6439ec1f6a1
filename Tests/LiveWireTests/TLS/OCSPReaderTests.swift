import COpenSSL
import FoundationEssentials
import MailModel
import Testing

@testable import LiveWire

@Suite("A stapled OCSP response", .timeLimit(.minutes(10)))
struct OCSPReaderTests {
    private let pki = TestPKI.shared

    private func read(_ der: [UInt8], chain: [TestIdentity]? = nil) -> OCSPStaple {
        OCSPReader(chain: (chain ?? [pki.leaf, pki.intermediate]).map(\.certificate), anchors: pki.trustStore).read(der)
    }

    @Test("PKIX-09: says whether the leaf is good, revoked or unknown, from when and until when")
    func statuses() throws {
        let good = read(TestOCSP.response(about: pki.leaf, of: pki.intermediate))
        #expect(good.status == .good)
        #expect(good.problem == nil)
        #expect(abs(try #require(good.thisUpdate).timeIntervalSinceNow + 60) < 30)
        #expect(abs(try #require(good.nextUpdate).timeIntervalSinceNow - 3600) < 30)
        #expect(good.revokedAt == nil)
        let revoked = read(
            TestOCSP.response(about: pki.leaf, of: pki.intermediate, status: V_OCSP_CERTSTATUS_REVOKED))
        #expect(revoked.status == .revoked)
        #expect(revoked.revokedAt != nil)
        let unknown = read(
            TestOCSP.response(about: pki.leaf, of: pki.intermediate, status: V_OCSP_CERTSTATUS_UNKNOWN))
        #expect(unknown.status == .unknown)
    }

    @Test("proves nothing when somebody else signed it, be it with a certificate of the same CA")
    func forged() {
        let forged = read(
            TestOCSP.response(
                about: pki.leaf, of: pki.intermediate, status: V_OCSP_CERTSTATUS_REVOKED, signedBy: pki.leaf))
        #expect(forged.problem == "its signature cannot be verified")
    }

    @Test("proves nothing about another certificate")
    func another() {
        let other = TestIdentity.make(.init(), by: pki.intermediate)
        let staple = read(TestOCSP.response(about: other, of: pki.intermediate))
        #expect(staple == OCSPStaple(nil, problem: "it is about another certificate"))
    }

    @Test("that is none, that is cut short, or in which the CA does not answer is told apart")
    func unreadable() {
        let whole = TestOCSP.response(about: pki.leaf, of: pki.intermediate)
        #expect(read([1, 2, 3]).problem == "it is no OCSP response")
        #expect(read(Array(whole.dropLast(40))).status == nil)
        #expect(read([]).status == nil)
        #expect(read(TestOCSP.refusal()).problem == "the CA gave no answer: trylater")
        #expect(read(whole, chain: [pki.leaf]).problem == "the issuer of the certificate was not sent with it")
    }

    @Test("TLS-25: is asked for and kept with the handshake, in every version", arguments: [TLSVersion.tls12, .tls13])
    func handshake(version: TLSVersion) async throws {
        let staple = TestOCSP.response(about: pki.leaf, of: pki.intermediate)
        let server = ServerTLS(pki.leaf, chain: [pki.intermediate], versions: version...version, staple: staple)
        #expect(try await shown(by: server).staple?.status == .good)
        let without = ServerTLS(pki.leaf, chain: [pki.intermediate], versions: version...version)
        #expect(try await shown(by: without).staple == nil)
    }

    private func shown(by tls: ServerTLS) async throws -> TLSHandshake {
        try await converse { peer in
            try await peer.send("220 mx.example\r\n")
            _ = try await peer.line()
            try await peer.send("220 go ahead\r\n")
            try await peer.startTLS(tls)
            await peer.waitUntilClosed()
        } _: { connection in
            _ = try await connection.greeting()
            _ = try await connection.startTLS()
            return try await connection.handshake(TLSOffer(serverName: nil))
        }
    }
}
