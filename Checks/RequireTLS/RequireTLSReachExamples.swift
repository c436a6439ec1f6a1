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
        expect expected: Expectation<RequireTLSReachFinding>
    ) -> Case {
        let hello = EHLOReplyInsideTLS(EHLOReply(keywords: [keyword]))
        return .given(
            title, mx, PerServer([PerServer<MTASTSDelivery>.Element]()), PerServer([(server, .present(hello))]),
            PerServer([(server, .present(CertificateChain.sample()))]),
            PerHost([(server.host, .present(TLSARecords.sample()))]),
            PerServer([PerServer<TLSAMatches>.Element]()), .sample(days: days), expect: expected)
    }

    private static func returned(_ why: String) -> Expectation<RequireTLSReachFinding> {
        .found(.unreachable, "Mail marked REQUIRETLS is returned: \(why).")
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
    ]
}
