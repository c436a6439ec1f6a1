internal import CheckKit
internal import MailModel
internal import Observations

/// The examples of `dane.covers-domain`: mx.example.com and, where there are two hosts, mx2.example.com.
enum DANECoversDomainExamples {
    typealias Case = Example<
        DANECoversDomainFinding, MXRecords, PerHost<TLSARecords>, PerServer<EHLOReply>, PerServer<TLSSession>,
        PerServer<TLSAMatches>, Observed<TLSAAtDomain>, JudgedAt
    >

    private static let key = TLSARecord.sample(3, 1, 1)
    private static let matching = TLSAMatches.sample(TLSAMatch(key, depths: [0]))
    private static let none = Observed<TLSAMatches>.absent(.notApplicable("no TLSA record is usable here"))

    /// One entry for each host: what its lookup gave, and how its only server compares.
    private static func given(
        _ title: String, mx: MXRecords = .secureSample, _ hosts: [(Observed<TLSARecords>, Observed<TLSAMatches>)],
        hello: Observed<EHLOReply> = .withSTARTTLS, session: Observed<TLSSession> = .present(.example),
        atDomain: Observed<TLSAAtDomain> = .absent(.notApplicable("There is no TLSA record at the domain.")),
        expect expected: Expectation<DANECoversDomainFinding>
    ) -> Case {
        let names = hosts.indices.map { DomainName.sample($0 == 0 ? "mx.example.com" : "mx\($0 + 1).example.com") }
        let servers = names.map { MailServer(host: $0, address: .sample("192.0.2.25")) }
        return .given(
            title, mx, PerHost(zip(names, hosts).map { ($0, $1.0) }), PerServer(servers.map { ($0, hello) }),
            PerServer(servers.map { ($0, session) }), PerServer(zip(servers, hosts).map { ($0, $1.1) }), atDomain,
            .sample(), expect: expected)
    }

    static let all: [Case] = [
        given("signed MX records and TLSA records", [(.present(.sample(key)), matching)], expect: .passed),
        given(
            "no TLSA record", [(.present(.sample()), none)],
            expect: .found(.absent, "No MX host has usable TLSA records.")),
        given(
            "TLSA records at the domain in place of its MX host", [(.present(.sample()), none)],
            atDomain: .present(TLSAAtDomain(.sample("_25._tcp.example.com"), count: 1)),
            expect: .found(
                .absent,
                "No MX host has usable TLSA records. There is 1 TLSA record at _25._tcp.example.com, where no "
                    + "sender looks: publish such records at each MX host.")),
        given(
            "TLSA records for one of two hosts", [(.present(.sample(key)), matching), (.present(.sample()), none)],
            expect: .found(
                .partial, "1 of 2 MX hosts has usable TLSA records; mx2.example.com has none.",
                [.hosts: 2, .protected: 1])),
        given(
            "MX records that are not signed", mx: MXRecords([.sample]), [(.present(.sample(key)), matching)],
            expect: .found(
                .mxInsecure,
                "The MX records are not protected by DNSSEC: an attacker can name other hosts, which have no TLSA "
                    + "records.")),
        given(
            "no record matches", [(.present(.sample(key)), TLSAMatches.sample(TLSAMatch(key)))],
            expect: .found(
                .broken,
                "DANE does not protect mail to mx.example.com: no TLSA record of _25._tcp.mx.example.com matches the "
                    + "certificate.")),
        given(
            "a lookup that does not validate",
            [(.present(.sample(key, security: .bogus("signature expired"))), none)],
            expect: .found(
                .broken,
                "DANE does not protect mail to mx.example.com: the answer for its TLSA records does not validate "
                    + "(signature expired).")),
        given(
            "a server without STARTTLS", [(.present(.sample(key)), TLSAMatches.none)], hello: .withoutSTARTTLS,
            session: .absent(.notApplicable("The server does not offer STARTTLS.")),
            expect: .found(
                .broken,
                "DANE does not protect mail to mx.example.com: mx.example.com[192.0.2.25] has no TLS, which they promise."
            )),
        given(
            "a server that defers us",
            [(.present(.sample(key)), .absent(.blocked(by: TLSSession.id, because: .inconclusive("421 4.7.0"))))],
            session: .absent(.inconclusive("421 4.7.0")),
            expect: .of(
                [], open: [.absent, .broken],
                because: "Whether DANE authenticates every server could not be determined: 421 4.7.0 (mx.example.com).")
        ),
        given(
            "a lookup that failed",
            [
                (.present(.sample(key)), matching),
                (.absent(.inconclusive("the name servers answered SERVFAIL")), none),
            ],
            expect: .of(
                [], open: [.partial, .broken],
                because:
                    "Whether there are TLSA records could not be determined: the name servers answered "
                    + "SERVFAIL (mx2.example.com).")),
    ]
}
