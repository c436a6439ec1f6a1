import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// RFC 5321, section 4.2: one reply to one command. A false open relay is the worst verdict there is.
@Suite("One line too many")
struct OneLineTooManyTests {
    private static let extras = [
        SMTPReply(250, "Ok"), SMTPReply(220, "mx.example ESMTP"), SMTPReply(354, "Go on"), SMTPReply(451, "Later"),
        SMTPReply(554, "No"),
    ]

    @Test(
        "anywhere in a conversation never makes an open relay of a server that refuses every stranger",
        arguments: [true, false], [true, false])
    func anywhere(pipelining: Bool, startTLS: Bool) async throws {
        var detected = 0
        for refusal in [SMTPReply(554, "5.7.1 Relaying denied"), SMTPReply(451, "4.7.1 Greylisted")] {
            for extra in Self.extras {
                for position in 0...16 {
                    for isLate in [true, false] {
                        var model = OneLineTooMany(refusal: refusal, extra: extra, position: position, isLate: isLate)
                        model.pipelining = pipelining
                        model.startTLS = startTLS
                        if try await run(model).codes("smtp.replies-in-step") != [] { detected += 1 }
                    }
                }
            }
        }
        #expect(detected > 200)
    }

    @Test(
        "wherever the server hangs up besides, and however late its words arrive", arguments: [true, false],
        [true, false])
    func hangsUp(pipelining: Bool, startTLS: Bool) async throws {
        for position in 0...14 {
            for end in Array(position...15) + [nil] {
                var model = OneLineTooMany(extra: SMTPReply(250, "Ok"), position: position, isLate: true, isSlow: true)
                model.end = end
                model.pipelining = pipelining
                model.startTLS = startTLS
                _ = try await run(model)
            }
        }
    }

    @Test("in any such server", arguments: 0..<8)
    func random(seed: Int) async throws {
        var random = SplitMix(seed: UInt64(seed))
        let refusals = [SMTPReply(554, "No"), SMTPReply(454, "Relay access denied"), SMTPReply(451, "Later")]
        for _ in 0..<150 {
            var model = OneLineTooMany(
                refusal: refusals.randomElement(using: &random) ?? refusals[0],
                extra: Self.extras.randomElement(using: &random), position: .random(in: 0...16, using: &random),
                isLate: .random(using: &random), isSlow: .random(using: &random))
            model.end = Bool.random(using: &random) ? nil : .random(in: 0...16, using: &random)
            model.connection = Bool.random(using: &random) ? nil : .random(in: 0...2, using: &random)
            model.pipelining = .random(using: &random)
            model.startTLS = .random(using: &random)
            _ = try await run(model)
        }
    }

    @Test("is not there: then an open relay is one, whatever the rest of the code", arguments: [250, 251, 252, 260])
    func open(code: Int) async throws {
        for pipelining in [true, false] {
            for startTLS in [true, false] {
                var model = OneLineTooMany(refusal: SMTPReply(code, "accepted, will forward"))
                model.pipelining = pipelining
                model.startTLS = startTLS
                let run = try await SessionRun(on: OneLineTooManySMTP(model), checks: Self.checks)
                #expect(run.codes("relay.closed") == ["relay.open"])
                #expect(run.outcome("smtp.replies-in-step") == .passed)
            }
        }
    }

    private static let checks = ["relay.closed", "smtp.replies-in-step", "starttls.clean-start"]

    private func run(_ model: OneLineTooMany) async throws -> SessionRun {
        let smtp = OneLineTooManySMTP(model)
        let run = try await SessionRun(on: smtp, checks: Self.checks)
        let isAmbiguous = smtp.commands.contains { model.standsForRCPT($0) }
        if !isAmbiguous { #expect(run.codes("relay.closed") == [], "\(model) \(smtp.commands)") }
        return run
    }
}
