internal import CheckKit
internal import MailModel
internal import Observations

enum VantageFinding: String, FindingCode {
    case port25Blocked = "vantage.port-25-blocked"
    case noRoute = "vantage.no-route"
    case familySwitchedOff = "vantage.family-switched-off"
    case familyNotTested = "vantage.family-not-tested"

    var sentence: Sentence {
        switch self {
        case .port25Blocked:
            "No server answers over \(.family): port 25 seems to be blocked on the network of this machine."
        case .noRoute, .familySwitchedOff: "The servers have \(.families, .joined(.and)) addresses, and \(.reason)."
        case .familyNotTested:
            """
            \(.count) \(.family) \(.count, one: "address was", other: "addresses were") not tested: \(.reason).
            """
        }
    }
    /// About this machine, never about the domain.
    var severity: Severity { .info }
    var remedy: String {
        switch self {
        case .port25Blocked: "Run mailgrade on a machine that may connect to port 25 of other networks."
        case .noRoute: "Run mailgrade on a machine with a route to the servers."
        case .familySwitchedOff: "Run mailgrade without --ipv4-only and --ipv6-only."
        case .familyNotTested: "Run mailgrade on a machine with IPv4 and IPv6 to have every address tested."
        }
    }
    var responsible: Responsible { .tester }
}

extension Check {
    /// What this machine could not test of the domain: a statement about the run, never about the servers.
    static let vantageSeesEverything = Check.perDomain(
        "vantage.sees-every-address",
        title: "Every address could be tested from this machine",
        why: """
            Many networks have no IPv6, and many block port 25. Such a machine can test only part of a domain, or \
            nothing, and the grade must say so: it covers what was tested, and nothing else.
            """,
        references: [.rfc(5321, section: "5.1"), .rfc(5321, section: "5.2")],
        examples: [
            .given("IPv4 and IPv6 work", .present(Vantage(ipv4: .proven, ipv6: .proven)), expect: .passed),
            .given(
                "there is nothing to connect to", .present(Vantage(ipv4: .untried, ipv6: .untried)), expect: .passed),
            .given(
                "every server is silent", .present(Vantage(ipv4: .silent, ipv6: .noRoute)),
                expect: .found(
                    .port25Blocked,
                    "No server answers over IPv4: port 25 seems to be blocked on the network of this machine.")),
            .given(
                "no route to the only servers there are", .present(Vantage(ipv4: .untried, ipv6: .noRoute)),
                expect: .found(.noRoute, "The servers have IPv6 addresses, and this machine has no IPv6 route.")),
            .given(
                "the only servers there are have addresses of a family that the run does not use",
                .present(Vantage(ipv4: .untried, ipv6: .switchedOff)),
                expect: .found(
                    .familySwitchedOff, "The servers have IPv6 addresses, and IPv6 is switched off for this run.")),
            .given(
                "IPv6 addresses that cannot be tested beside IPv4 addresses that were",
                .present(Vantage(ipv4: .proven, ipv6: .noRoute, outside: [.sample("mx.example.com", "2001:db8::25")])),
                expect: .found(
                    .familyNotTested, "1 IPv6 address was not tested: this machine has no IPv6 route.")),
            .given(
                "nothing was tried", .absent(.cancelled),
                expect: .inconclusive("What this machine can reach could not be determined: the run was cancelled.")),
        ]
    ) { (vantage: Observed<Vantage>) -> Verdict<VantageFinding> in
        switch vantage {
        case .absent(let why):
            return why.certainty == .inconclusive
                ? .inconclusive("What this machine can reach could not be determined: \(why.root).")
                : .notApplicable(why.sentence)
        case .present(let vantage): return .of(vantage.shortcomings)
        }
    }
}

extension Vantage {
    fileprivate var shortcomings: [Issue<VantageFinding>] {
        let families: [IPAddress.Family] = [.ipv4, .ipv6]
        let views = families.map { ($0, view($0)) }.filter { $0.1 != .untried }
        if !views.isEmpty, !views.contains(where: { $0.1 == .proven }) {
            if let silent = views.first(where: { $0.1 == .silent })?.0 {
                return [Issue(.port25Blocked, [.family: silent])]
            }
            let why = views.map { whyUnusable($0.0) }.joined(separator: ", ")
            let isChoice = views.allSatisfy { $0.1 == .switchedOff }
            return [
                Issue(
                    isChoice ? .familySwitchedOff : .noRoute,
                    [.families: views.map(\.0), .reason: why])
            ]
        }
        return families.compactMap { family in
            let count = Set(outside.map(\.address)).count { $0.family == family }
            guard count > 0 else { return nil }
            return Issue(.familyNotTested, [.count: count, .family: family, .reason: whyUnusable(family)])
        }
    }
}
