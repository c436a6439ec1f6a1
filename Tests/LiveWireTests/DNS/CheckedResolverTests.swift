import CheckKitTesting
import MailModel
import Testing

@testable import LiveWire

@Suite("What is made of a resolver", .timeLimit(.minutes(10)))
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
        #expect(try await resolver.checked().client is StillValidating)
    }

    @Test("one that is silent is kept, since each lookup says so, and asked again by the next run")
    func silent() async throws {
        let resolver = try Self.resolver(looksAgain: .seconds(3600), .unreachable(.timedOut), Self.strips)
        #expect(try await resolver.checked().client is UnboundClient)
        #expect(try await resolver.checked().remark == .nothingValidated("no signatures"))
    }

    /// Answers everything with the same.
    private struct Always: DNSClient {
        var status = DNSAnswer.Status.noError
        let security: DNSSecurity
        var records = [DNSRecord.address(.loopback)]

        func lookup(_: DomainName, _: DNSRecordType) async throws -> DNSAnswer {
            DNSAnswer(status: status, security: security, records: records)
        }
    }

    @Test(
        "a bogus answer blames the zone where signatures still verify, and nobody where they do not",
        arguments: [
            (ResolverHealth.validates, DNSSecurity.bogus("x")),
            (strips, .indeterminate("signatures no longer verify through the resolver of this run: no signatures")),
            (
                .unreachable(.timedOut),
                .indeterminate(
                    "whether signatures still verify could not be found out: the lookup got no answer in time")
            ),
        ])
    func bogus(health: ResolverHealth, expected: DNSSecurity) async throws {
        let old = StillValidating(Always(security: .bogus("x")), lasts: .zero) { health }
        #expect(try await old.lookup(.root, .mx).security == expected)
        #expect(await old.selfTest() == health)
        let young = StillValidating(Always(security: .bogus("x")), lasts: .seconds(3600)) { health }
        #expect(try await young.lookup(.root, .mx).security == .bogus("x"), "it has just been looked at")
    }

    @Test(
        "that there is nothing does not come of a path on which signatures no longer verify",
        arguments: [DNSAnswer.Status.noError, .nxDomain])
    func denied(status: DNSAnswer.Status) async throws {
        let client = StillValidating(
            Always(status: status, security: .bogus("x"), records: []), lasts: .zero
        ) { Self.strips }
        await #expect(throws: DNSFailure.self) { try await client.lookup(.root, .mx) }
    }

    @Test("nobody looks again where answers verify")
    func noLook() async throws {
        let client = StillValidating(Always(security: .secure), lasts: .zero) {
            Issue.record("it was looked at")
            return .validates
        }
        #expect(try await client.lookup(.root, .mx).security == .secure)
    }

    @Test("who asks at the same time has one look in common")
    func oneLook() async throws {
        let looks = Locked(0)
        let client = StillValidating(
            Always(security: .bogus("x")), lookedAt: .now - .seconds(7200), lasts: .seconds(3600)
        ) {
            looks.withLock { $0 += 1 }
            return .validates
        }
        async let first = client.lookup(.root, .mx)
        async let second = client.lookup(.root, .mx)
        _ = try await (first, second, client.lookup(.root, .mx))
        #expect(looks.withLock { $0 } == 1)
    }
}
