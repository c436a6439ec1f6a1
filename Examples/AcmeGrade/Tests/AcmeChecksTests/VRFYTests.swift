import CheckKit
import CheckKitTesting
import Observations
import Testing

@testable import AcmeChecks

@Suite struct VRFYTests {
    private static let hello = "S: 220 mx.example.com\nC: EHLO …\nS: 250 mx.example.com\n"

    private func run(_ further: String) async throws -> CheckBench.Run {
        // The first connection is the conversation that brings the reply to EHLO; a server without STARTTLS is asked twice.
        let bench = CheckBench(Plugin.observations + [.acme], playing: Self.hello, Self.hello, further)
        return try await bench.run(["acme.vrfy-tells-nothing"])
    }

    @Test("is asked on a connection of its own, and a 250 is found")
    func tells() async throws {
        let run = try await run(Self.hello + "C: VRFY postmaster\nS: 250 Pat <postmaster@example.com>")
        #expect(try run.codes("acme.vrfy-tells-nothing") == ["acme.vrfy-tells"])
        #expect(run.connections == 3)
    }

    @Test("a server that turns us away leaves it open")
    func turnedAway() async throws {
        let run = try await run("S: 421 4.7.0 Too many connections")
        #expect(try run.observed(VRFYReply.self).absence?.certainty == .inconclusive)
    }
}
