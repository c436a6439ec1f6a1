import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// What the survey's connections see of STARTTLS on their way.
@Suite("STARTTLS that comes and goes")
struct STARTTLSSteadyTests {
    private static let server = MailServer.sample("mx.example.com", "192.0.2.25")
    private static let hello = "S: 220 mx.example.com ESMTP\nC: EHLO …\nS: 250-mx.example.com\nS: 250 STARTTLS"
    private static let question = hello + "\nC: STARTTLS\nS: 220 Ready\n! tls"
    private static let session = question + "\nC: EHLO …\nS: 250 mx.example.com"
    private static let without = "S: 220 mx.example.com ESMTP\nC: EHLO …\nS: 250 mx.example.com"
    private static let masked = hello.replacing("STARTTLS", with: "XXXXXXXA")
    private static let unextended =
        "S: 220 mx.example.com ESMTP\nC: EHLO …\nS: 502 What?\nC: HELO …\nS: 250 mx.example.com"

    private func run(_ scripts: String..., tlsa: String = "") async throws -> Collected {
        try await Collected(
            checks: ["starttls.steady", "tls.version"],
            zone: """
                example.com MX 10 mx.example.com ; secure
                mx.example.com A 192.0.2.25 ; secure
                \(tlsa)
                """, servers: [Self.server: ([Self.session] + scripts).map { Script($0) }],
            settings: RunSettings(patience: [.milliseconds(1), .milliseconds(1)]))
    }

    private func codes(_ run: Collected) throws -> [String] {
        try run.codes("starttls.steady", at: .server(Self.server))
    }

    private func tries(_ run: Collected) throws -> STARTTLSTries {
        try #require(run.fact(TLSSurvey.self, at: .address(Self.server.address)).startTLS)
    }

    @Test("ST-10, G39: offered in all tries, it is steady")
    func steady() async throws {
        let run = try await run(Self.question)
        #expect(try tries(run).missing == 0)
        #expect(try tries(run).listed >= 3)
        #expect(try run.outcome("starttls.steady", at: .server(Self.server)) == .passed)
    }

    @Test("ST-10, G39: missing in one of several tries is a warning, and what was to be asked is asked again")
    func once() async throws {
        let run = try await run(Self.without, Self.question)
        #expect(try tries(run).missing == 1)
        #expect(try codes(run) == ["starttls.intermittent"])
        let survey = try run.fact(TLSSurvey.self, at: .address(Self.server.address))
        let answer = survey.versions?[.tls11]?.detail
        #expect(answer == "the server ends every further hello with an alert", "the script knows nothing else")
    }

    @Test("ST-10, G39: missing in most tries is as good as absent")
    func mostly() async throws {
        #expect(try codes(try await run(Self.without)) == ["starttls.mostly-missing"])
    }

    @Test("ST-10, G25: missing once breaks the promise of TLSA records")
    func underDANE() async throws {
        let tlsa = "_25._tcp.mx.example.com TLSA 3 1 1 \(String(repeating: "ab", count: 32)) ; secure"
        #expect(
            try codes(try await run(Self.without, Self.question, tlsa: tlsa)) == ["starttls.intermittent-under-dane"])
    }

    @Test("ST-11: a masked keyword and a reply to HELO are no replies without STARTTLS")
    func noAnswer() async throws {
        for script in [Self.masked, Self.unextended] {
            let run = try await run(script, Self.question)
            #expect(try tries(run).missing == 0)
            #expect(try run.outcome("starttls.steady", at: .server(Self.server)) == .passed)
        }
    }

    @Test("no connection is made to find out")
    func noConnections() async throws {
        let run = try await Collected(
            checks: ["starttls.steady"],
            zone: "example.com MX 10 mx.example.com ; secure\nmx.example.com A 192.0.2.25 ; secure",
            servers: [Self.server: [Script(Self.session)]])
        #expect(try tries(run) == STARTTLSTries())
        #expect(try run.outcome("starttls.steady", at: .server(Self.server)).isNotApplicable)
    }
}
