internal import CheckKit
internal import MailModel
internal import Observations

/// The examples of `requiretls.reaches-domain`.
enum RequireTLSReachExamples {
    typealias Case = Example<
        RequireTLSReachFinding, MXRecords, PerServer<MTASTSDelivery>, PerServer<EHLOReplyInsideTLS>,
        PerServer<CertificateChain>, PerHost<TLSARecords>, PerServer<TLSAMatches>, JudgedAt
    >

    private static let server = MailServer.sample("mx.example.com", "192.0.2.25")

    private static func given(
        _ title: String, _ mx: MXRecords = .secureSample, offering keyword: String = "REQUIRETLS", days: Double = 0,
        showing chain: CertificateChain = .sample(), _ records: Observed<TLSARecords> = .present(.sample()),
        _ matches: Observed<TLSAMatches> = .absent(.notApplicable("no TLSA record is usable here")),
        expect expected: Expectation<RequireTLSReachFinding>
    ) -> Case {
        let hello = EHLOReplyInsideTLS(EHLOReply(keywords: [keyword]))
        return .given(
            title, mx, PerServer([PerServer<MTASTSDelivery>.Element]()), PerServer([(server, .present(hello))]),
            PerServer([(server, .present(chain))]), PerHost([(server.host, records)]), PerServer([(server, matches)]),
            .sample(days: days), expect: expected)
    }

    private static func returned(_ why: String) -> Expectation<RequireTLSReachFinding> {
        .found(.unreachable, "Mail marked REQUIRETLS is returned: \(why).")
    }

    private static let key = TLSARecord.sample(3, 1, 1)

    /// The sample chain by turns with another one, of which the records name the first.
    private static let varying: TLSAMatches? = {
        var matches = TLSAMatches.sample(TLSAMatch(key, depths: [0])).value
        matches?.chains += TLSAMatches.sample(TLSAMatch(key)).value?.chains ?? []
        return matches
    }()

    private static func undecided(_ why: String) -> Expectation<RequireTLSReachFinding> {
        .inconclusive("Whether it reaches the domain could not be determined: mx.example.com[192.0.2.25]: \(why).")
    }

    static let all: [Case] = [
        given("signed MX records, a good certificate and the extension", expect: .passed),
        given(
            "no extension", offering: "SIZE",
            expect: returned("mx.example.com[192.0.2.25] does not offer REQUIRETLS inside TLS")),
        given(
            "MX records that nothing vouches for", MXRecords([.sample]),
            expect: returned("neither DNSSEC nor MTA-STS vouches for mx.example.com")),
        given(
            "an expired certificate", days: 60,
            expect: returned(
                "mx.example.com[192.0.2.25] cannot be authenticated, its certificate expired on 2026-12-30")),
        given(
            "an expired certificate that a TLSA record names", days: 60, .present(.sample(key)),
            TLSAMatches.sample(TLSAMatch(key, depths: [0])), expect: .passed),
        given(
            "two expired certificates by turns, of which TLSA records name one", days: 60, .present(.sample(key)),
            varying.map { .present($0) } ?? TLSAMatches.none,
            expect: returned(
                "mx.example.com[192.0.2.25] cannot be authenticated, its certificate expired on 2026-12-30")),
        given(
            "an expired certificate, and TLSA records that could not be looked up", days: 60,
            .absent(.inconclusive("SERVFAIL")), expect: undecided("SERVFAIL")),
        given(
            "an expired certificate, and a server that refuses the name of its TLSA records as SNI", days: 60,
            .present(.sample(key)),
            .absent(.failed(.repeated(.handshake(reason: "no handshake for mx.example.com", alert: nil), times: 2))),
            expect: returned(
                "mx.example.com[192.0.2.25] cannot be authenticated, its certificate expired on 2026-12-30")),
        given(
            "a good certificate, and another one of which nothing is known",
            showing: .sample { $0.doubt = "Some connections show another certificate." },
            expect: undecided("some connections show another certificate")),
    ]
}
