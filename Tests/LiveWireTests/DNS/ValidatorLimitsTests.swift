import CheckKitTesting
import MailModel
import Testing

@testable import LiveWire

@Suite struct ValidatorLimitsTests {
    @Test func `What was found out of a zone is found out again after an hour`() throws {
        let clock = ManualClock()
        let limits = ValidatorLimits(clock: clock)
        try limits.note(.nobodys, of: DomainName(input: "example.com"))
        clock.advance(by: .seconds(3599))
        #expect(try limits.finding(DomainName(input: "example.com")) != nil)
        #expect(try limits.finding(DomainName(input: "example.net")) == nil)
        clock.advance(by: .seconds(1))
        #expect(try limits.finding(DomainName(input: "example.com")) == nil)
    }

    @Test func `However many zones there are, so many findings are kept`() throws {
        let limits = ValidatorLimits(clock: ManualClock())
        for number in 0..<10_000 { try limits.note(.validated, of: DomainName(input: "z\(number).example")) }
        let kept = try (0..<10_000).count { try limits.finding(DomainName(input: "z\($0).example")) != nil }
        #expect(kept > 0 && kept <= 4096)
    }
}
