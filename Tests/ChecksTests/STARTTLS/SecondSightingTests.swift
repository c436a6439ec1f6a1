import CheckKit
import CheckKitTesting
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// The second conversation sees the certificate a second time, without SNI.
@Suite("A second sighting of the certificate")
struct SecondSightingTests {
    private static let toSTARTTLS =
        "S: 220 mx.example\nC: EHLO probe.example\nS: 250-mx.example\nS: 250 STARTTLS\nC: STARTTLS\n"
    private static let session = toSTARTTLS + "S: 220 Ready\n! tls\nC: EHLO probe.example\nS: 250 mx.example"
    private static let injected = toSTARTTLS + "C: NOOP\nS: 220 Ready\n! tls\nC: STARTTLS\nS: 503 Already"
    private static let again = toSTARTTLS + "S: 220 Ready\n! tls"

    private func run(_ leaf: @escaping @Sendable (_ offer: TLSOffer, _ number: Int) -> UInt8) async throws -> SessionRun
    {
        let count = Locked(0)
        let smtp = ScriptedSMTP(
            [SessionRun.server: [Self.session, Self.injected, Self.again, Self.again].map { Script($0) }],
            handshake: { offer in
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                var handshake = TLSHandshake.scripted(serverName: offer.serverName)
                handshake.chain = [.numbered(leaf(offer, number))]
                return handshake
            })
        let run = try await SessionRun(on: smtp, checks: ["starttls.clean-start"])
        #expect(smtp.surprises == [])
        return run
    }

    @Test("the same certificate costs nothing")
    func same() async throws {
        let run = try await run { _, _ in 1 }
        #expect(run.second.value?.handshakeWithoutName?.chain.count == 1)
        #expect(run.second.value?.furtherHandshakes == nil)
    }

    @Test("another one is looked at again, with SNI, until it varies: else it depends on the name")
    func another() async throws {
        let byName = try await run { offer, _ in offer.serverName == nil ? 2 : 1 }
        #expect(byName.second.value?.furtherHandshakes?.compactMap { $0.chain.first?.der.first } == [1, 1, 1, 1])
        let byTurns = try await run { _, number in UInt8(number % 2) }
        #expect(byTurns.second.value?.furtherHandshakes?.compactMap { $0.chain.first?.der.first } == [1, 0])
    }

    private static func handshake(_ leaf: UInt8, named: Bool = true) -> TLSHandshake {
        var handshake = TLSHandshake.scripted(serverName: named ? .sample("mx.example") : nil)
        handshake.chain = [.numbered(leaf)]
        return handshake
    }

    private static func survey(_ leaves: [UInt8], for host: String = "mx.example") -> TLSSurvey {
        let suite: UInt16 = 0xC02B  // ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
        var survey = TLSSurvey(host: .sample(host))
        survey.leaves = Set(leaves.compactMap { SeenLeaf([$0], for: suite) })
        return survey
    }

    @Test("a certificate that was shown without SNI, and to the survey with it, is one that senders get by chance")
    func chance() {
        var second = SecondConversation()
        second.handshakeWithoutName = Self.handshake(2, named: false)
        let known = Self.handshake(1)
        #expect(second.distinctHandshakes(besides: known, Self.survey([1, 2])) == [Self.handshake(2, named: false)])
        #expect(second.doubt(besides: known, Self.survey([1, 2])) == nil)
        for survey in [nil, Self.survey([1]), Self.survey([1, 2], for: "other.example")] {
            #expect(second.distinctHandshakes(besides: known, survey) == [])
            #expect(second.doubt(besides: known, survey) != nil)
        }
    }

    @Test("too few looks leave open whether it depends on the name; so does a certificate of which no chain was seen")
    func doubt() {
        var second = SecondConversation()
        second.handshakeWithoutName = Self.handshake(2, named: false)
        second.furtherHandshakes = Array(repeating: Self.handshake(1), count: SecondConversation.looks - 1)
        let known = Self.handshake(1)
        #expect(second.doubt(besides: known, nil)?.hasPrefix("Another certificate was seen without SNI") == true)
        second.furtherHandshakes?.append(known)
        #expect(second.doubt(besides: known, nil) == nil)
        #expect(second.doubt(besides: known, Self.survey([1, 3]))?.hasPrefix("Some connections") == true)
        second.furtherHandshakes?[0] = Self.handshake(3)
        #expect(second.doubt(besides: known, Self.survey([1, 3])) == nil)
        #expect(second.doubt(besides: Self.handshake(2), nil) == nil, "the same without SNI")
    }
}

extension Certificate {
    fileprivate static func numbered(_ number: UInt8) -> Certificate {
        Certificate(
            der: Data([number]), subject: "CN=mx.example", issuer: "CN=CA", notBefore: Date(timeIntervalSince1970: 0),
            notAfter: Date(timeIntervalSince1970: 2_000_000_000), dnsNames: ["mx.example"],
            key: PublicKey(algorithm: "EC", bits: 256))
    }
}
