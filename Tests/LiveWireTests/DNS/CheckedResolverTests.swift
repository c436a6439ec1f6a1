import CheckKitTesting
import MailModel
import Testing

@testable import LiveWire

@Suite("What is made of a resolver", .timeLimit(.minutes(1)))
struct CheckedResolverTests {
    /// A resolver of which self-tests say so, one after the other; the last one stays. Nothing is sent.
    private static func resolver(looksAgain: Duration, _ healths: ResolverHealth...) throws -> CheckedResolver {
        var settings = Network.Settings()
        settings.resolver = .address(.loopback, port: 1)
        settings.looksAgain = looksAgain
        let left = Locked(healths)
        return try CheckedResolver(settings) { _ in
            left.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        }
    }

    private static let strips = ResolverHealth.stripsDNSSEC(reason: "no signatures")

    @Test("one that validates is not looked at again")
    func validates() async throws {
        let resolver = try Self.resolver(looksAgain: .zero, .validates, Self.strips)
        #expect(try await resolver.checked().remark == nil)
        #expect(try await resolver.checked().remark == nil)
    }

    @Test("one through which nothing can be validated is believed for a time, and then looked at again")
    func looksAgain() async throws {
        let patient = try Self.resolver(looksAgain: .seconds(3600), Self.strips, .validates)
        #expect(try await patient.checked().remark == .nothingValidated("no signatures"))
        #expect(try await patient.checked().remark == .nothingValidated("no signatures"))
        let eager = try Self.resolver(looksAgain: .zero, Self.strips, .validates)
        #expect(try await eager.checked().remark == .nothingValidated("no signatures"))
        #expect(try await eager.checked().remark == nil)
    }

    @Test("nothing follows from what one says that denies the root, until it no longer does")
    func deniesRoot() async throws {
        let reason = "it says that the DNS has no root"
        let resolver = try Self.resolver(looksAgain: .seconds(3600), .unreachable(.local(reason)), .validates)
        let denied = try await resolver.checked()
        await #expect(throws: DNSFailure.local(reason)) { try await denied.client.lookup(.root, .mx) }
        #expect(await denied.client.selfTest() == .unreachable(.local(reason)))
        #expect(try await resolver.checked().client is UnboundClient)
    }

    @Test("one that is silent is kept, since each lookup says so, and asked again by the next run")
    func silent() async throws {
        let resolver = try Self.resolver(looksAgain: .seconds(3600), .unreachable(.timedOut), Self.strips)
        #expect(try await resolver.checked().client is UnboundClient)
        #expect(try await resolver.checked().remark == .nothingValidated("no signatures"))
    }
}
