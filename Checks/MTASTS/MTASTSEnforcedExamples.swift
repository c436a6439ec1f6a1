internal import CheckKit
internal import MailModel
internal import Observations

extension [Example<
    MTASTSEnforcedFinding, MTASTSRecord, MTASTSPolicy, MailHosts, PerServer<MTASTSDelivery>, Vantage, JudgedAt
>] {
    /// The examples of `mta-sts.enforced`.
    static var mtaSTSEnforced: Self {
        let hosts = MailHosts([.sample])
        let seen = Vantage(ipv4: .proven, ipv6: .untried)
        let now = JudgedAt.sample()
        return [
            .given(
                "mode enforce, and the only server fits", .sample, .sample, hosts, .of(.good), seen, now,
                expect: .passed),
            .given(
                "no record", .none, .missing, hosts, .none, seen, now,
                expect: .found(.absent, "There is no MTA-STS record.")),
            .given(
                "a policy that senders cannot use", .sample, .missing, hosts, .none, seen, now,
                expect: .found(
                    .inactive, "Senders behave as if there were no MTA-STS: mta-sts.example.com does not exist.")),
            .given(
                "mode none", .sample, .serving(mode: "none"), hosts, .of(.good), seen, now,
                expect: .found(
                    .none, "The policy has the mode none: senders behave as if there were no MTA-STS.")),
            .given(
                "mode testing", .sample, .serving(mode: "testing"), hosts, .of(.good), seen, now,
                expect: .found(.testing, "The policy has the mode testing: senders only report.")),
            .given(
                "mode testing, and a server that does not offer STARTTLS", .sample, .serving(mode: "testing"), hosts,
                .of(.good, .plaintext("it does not offer STARTTLS")), seen, now,
                expect: .found([
                    .init(.testing, "The policy has the mode testing: senders only report."),
                    .init(
                        .testingFails,
                        "In mode enforce, mail would not be delivered to mx.example.com[192.0.2.2] (it does not offer "
                            + "STARTTLS)."),
                ])),
            .given(
                "mode testing, and a server defers us", .sample, .serving(mode: "testing"), hosts,
                .of(.good, .unknown("it does not talk to us: 421")), seen, now,
                expect: .of(
                    [.init(.testing, "The policy has the mode testing: senders only report.")], open: [.testingFails],
                    because:
                        "Whether mail is delivered under the policy could not be determined for every server: "
                        + "mx.example.com[192.0.2.2]: it does not talk to us: 421.")),
            .given(
                "the backup shows an expired certificate", .sample, .sample, hosts,
                .of(.good, .encrypted(.sample { $0.certificates[0].notAfter = $0.certificates[0].notBefore })), seen,
                now,
                expect: .found(
                    .losesMail,
                    "Senders that follow the policy do not deliver to mx.example.com[192.0.2.2] (its certificate expired "
                        + "on 2026-10-01).")),
            .given(
                "no pattern fits any host", .sample, .sample, hosts, .of(.good, fits: false), seen, now,
                expect: .found(
                    .losesAllMail,
                    "Senders that follow the policy cannot deliver at all: they refuse "
                        + "mx.example.com[192.0.2.1] (no pattern of the policy fits mx.example.com).")),
            .given(
                "a server is down, another fits", .sample, .sample, hosts, .of(.good, .leftOut("connection refused")),
                seen, now, expect: .passed),
            .given(
                "a server that may show another certificate, of which nothing is known", .sample, .sample, hosts,
                .of(.encrypted(.sample { $0.doubt = "Some connections show another certificate." })), seen, now,
                expect: .of(
                    [], open: [.losesMail, .losesAllMail],
                    because:
                        "Whether mail is delivered under the policy could not be determined for every server: "
                        + "mx.example.com[192.0.2.1]: some connections show another certificate.")),
            .given(
                "a server defers us", .sample, .sample, hosts, .of(.good, .unknown("it does not talk to us: 421")),
                seen, now,
                expect: .of(
                    [], open: [.losesMail, .losesAllMail],
                    because:
                        "Whether mail is delivered under the policy could not be determined for every server: "
                        + "mx.example.com[192.0.2.2]: it does not talk to us: 421.")),
        ]
    }
}

extension MTASTSDelivery.Transport {
    /// TLS with a certificate for `mx.example.com`.
    static let good = Self.encrypted(.sample())
}

extension PerServer<MTASTSDelivery> {
    /// No server.
    static let none = PerServer<MTASTSDelivery>([Element]())

    /// `mx.example.com` at one address for each transport.
    static func of(_ transports: MTASTSDelivery.Transport..., fits: Bool = true) -> PerServer {
        PerServer(
            transports.enumerated().map { index, transport in
                (
                    .sample("mx.example.com", "192.0.2.\(index + 1)"),
                    .present(MTASTSDelivery(.sample("mx.example.com"), fits: fits, transport))
                )
            })
    }
}
