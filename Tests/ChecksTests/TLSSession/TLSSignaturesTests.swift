import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

@Suite("Asking a server how it signs")
struct TLSSignaturesTests {
    /// What is learnt from a server that offers some versions and answers the hellos about signatures.
    private func run(
        _ versions: [TLSVersion] = [.tls12, .tls13], scripts: [Script] = [.startsTLS],
        _ answer: @escaping @Sendable (HelloOffer) -> HelloAnswer
    ) async throws -> (signatures: TLSSignatures, outcome: Outcome?, hellos: [HelloOffer]) {
        // The survey's hellos list every scheme.
        let isOfSignatures = { @Sendable (offer: HelloOffer) in offer.signatureSchemes.count < SignatureScheme.all.count
        }
        var bench = CheckBench(scripts)
        bench.handshake = { .scripted(version: versions.last ?? .tls12, serverName: $0.serverName) }
        bench.answer = { isOfSignatures($0) ? answer($0) : versions.answer($0) }
        let run = try await bench.run(["key-exchange.signatures"])
        return (
            try run.fact(TLSSignatures.self), try run.outcome("key-exchange.signatures"),
            run.hellos.filter(isOfSignatures)
        )
    }

    /// A server that signs with the first of the client's schemes that it knows.
    private static func signing(_ offer: HelloOffer, with schemes: [UInt16]) -> HelloAnswer {
        guard let scheme = offer.signatureSchemes.first(where: schemes.contains) else {
            return .alert(TLSAlert(code: 40))
        }
        var choice = ServerChoice(version: .tls12, suite: offer.suites[0])
        choice.signatureScheme = scheme
        return .chosen(choice)
    }

    @Test("every scheme belongs to exactly one kind, and each kind costs one hello")
    func kinds() async throws {
        let schemes = TLSSignatureKind.allCases.flatMap(\.schemes)
        #expect(schemes.sorted() == SignatureScheme.all.map(\.code).sorted())
        let run = try await run { Self.signing($0, with: [0x0403]) }
        #expect(run.outcome == .passed && run.hellos.count == TLSSignatureKind.allCases.count)
        #expect(run.hellos.allSatisfy { $0.versions == [.tls12] })
    }

    @Test("what it signs with is named")
    func named() async throws {
        let run = try await run { Self.signing($0, with: [0x0401, 0x0301, 0x0201]) }
        #expect(
            run.outcome?.findings.map(\.code) == [
                "key-exchange.broken-signature", "key-exchange.sha224-signature", "key-exchange.pkcs1-signature",
            ])
        #expect(run.signatures[.broken]?.detail == "rsa_pkcs1_sha1" && run.signatures[.sound]?.kind == .refused)
        #expect(try await self.run { Self.signing($0, with: [0x0203]) }.outcome?.findings.count == 2)
    }

    @Test("a server that signs as it likes is not blamed for what it did not do")
    func stubborn() async throws {
        let run = try await run { offer in
            var choice = ServerChoice(version: .tls12, suite: offer.suites[0])
            choice.signatureScheme = 0x0403
            return .chosen(choice)
        }
        #expect(run.outcome == .passed)
    }

    @Test("without TLS 1.2 there is nothing to see; failing inside or turning us away leaves it open")
    func open() async throws {
        #expect(try await run([.tls13]) { Self.signing($0, with: []) }.outcome?.isNotApplicable == true)
        let broken = try await run { offer in
            offer.suites.count > 1 ? .alert(.internalError) : .alert(TLSAlert(code: 40))
        }
        #expect(broken.outcome?.isInconclusive == true)
        let away = Script("S: 421 4.7.0 too many connections")
        let turned = try await run(scripts: [.startsTLS, .startsTLS, .startsTLS, .startsTLS, away]) {
            Self.signing($0, with: [0x0403])
        }
        #expect(turned.outcome?.isInconclusive == true)
    }
}
