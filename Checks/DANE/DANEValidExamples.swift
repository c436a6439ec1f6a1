internal import CheckKit
internal import MailModel
internal import Observations

/// The examples of `dane.valid`.
enum DANEValidExamples {
    typealias Case = Example<
        DANEValidFinding, TLSARecords, MXRecords, Observed<EHLOReply>, Observed<TLSSession>, Observed<TLSAMatches>,
        JudgedAt
    >

    private static let key = TLSARecord.sample(3, 1, 1)
    private static let anchor = TLSARecord.sample(2, 0, 1)
    private static let session = Observed.present(TLSSession.example)
    private static let path = TrustAnchorPath(certificates: [0, 1])

    private static func given(
        _ title: String, _ records: TLSARecords, _ matches: Observed<TLSAMatches>, days: Double = 0,
        expect expected: Expectation<DANEValidFinding>
    ) -> Case {
        .given(title, records, .secureSample, .withSTARTTLS, session, matches, .sample(days: days), expect: expected)
    }

    static let all: [Case] = [
        given(
            "the key in use is published (3 1 1)", .sample(key), TLSAMatches.sample(TLSAMatch(key, depths: [0])),
            expect: .passed),
        given(
            "the CA that signed is published and sent (2 0 1)", .sample(anchor),
            TLSAMatches.sample(TLSAMatch(anchor, depths: [1], path: path)), expect: .passed),
        given(
            "the next key is published beside the one in use", .sample(key, .sample(3, 1, 1, 0xCD)),
            TLSAMatches.sample(TLSAMatch(key, depths: [0]), TLSAMatch(.sample(3, 1, 1, 0xCD))), expect: .passed),
        given(
            "another key than the published one", .sample(key),
            TLSAMatches.sample(TLSAMatch(key)) { $0.certificates[0].key.sha256 = "0123abcd" },
            expect: .found(
                .noMatch,
                "No TLSA record of _25._tcp.mx.example.com matches the certificate; 3 1 1 0123abcd would.")),
        given(
            "the key in use is published, and there may be another certificate", .sample(key),
            .present(
                TLSAMatches(
                    TLSAMatches.sample(TLSAMatch(key, depths: [0])).value?.chains ?? [],
                    doubt: "Some connections show another certificate.")),
            expect: .of(
                [], open: Set(DANEValidFinding.allCases).subtracting([.tlsaBogus, .withoutSTARTTLS]),
                because: "Some connections show another certificate.")),
        given(
            "the CA is published and not sent", .sample(anchor), TLSAMatches.sample(TLSAMatch(anchor)),
            expect: .found(
                .noTrustAnchor,
                "The trust anchor of _25._tcp.mx.example.com is not among the 2 certificates that the server sends.")),
        given(
            "a CA that may not sign for servers", .sample(anchor),
            TLSAMatches.sample(
                TLSAMatch(
                    anchor, depths: [1],
                    path: TrustAnchorPath(
                        problems: [.init(kind: .notAllowed, depth: 1, detail: "invalid CA certificate")],
                        certificates: [0, 1]))),
            expect: .found(
                .chainInvalid,
                "The chain to the trust anchor of _25._tcp.mx.example.com is not valid: invalid CA certificate.")),
        given(
            "a certificate of the published CA for another host", .sample(anchor),
            TLSAMatches.sample(TLSAMatch(anchor, depths: [1], path: path)) {
                $0.certificates[0].dnsNames = ["www.example.com"]
            },
            expect: .found(
                .nameMismatch, "The certificate is for www.example.com, not for mx.example.com or example.com.")),
        given(
            "an expired certificate of the published CA", .sample(anchor),
            TLSAMatches.sample(TLSAMatch(anchor, depths: [1], path: path)), days: 47,
            expect: .found(.chainOutsideDates, "The certificate expired on 2026-12-30.")),
        given(
            "an expired certificate of a CA that is published, above a current one", .sample(anchor),
            TLSAMatches.sample(TLSAMatch(anchor, depths: [1], path: path)) {
                $0.certificates[1].notAfter = $0.certificates[0].notBefore
            },
            expect: .found(
                .anchorOutsideDates,
                "The trust anchor \u{201C}CN=Some CA R3\u{201D} of _25._tcp.mx.example.com expired on "
                    + "2026-10-01; DANE senders accept it.")),
        given(
            "the same of a CA that signed itself, at whose dates senders look", .sample(anchor),
            TLSAMatches.sample(TLSAMatch(anchor, depths: [1], path: path)) {
                $0.certificates[1].notAfter = $0.certificates[0].notBefore
                $0.certificates[1].isSelfIssued = true
            },
            expect: .found(
                .chainOutsideDates, "The certificate \u{201C}CN=Some CA R3\u{201D} expired on 2026-10-01.")),
        given(
            "an expired certificate whose key is published", .sample(key),
            TLSAMatches.sample(TLSAMatch(key, depths: [0])), days: 47,
            expect: .found(
                .certificateExpired,
                "The certificate expired on 2026-12-30; DANE senders accept it.")),
        given(
            "the bare key of a CA whose certificate is not sent", .sample(.sample(2, 1, 0)),
            TLSAMatches.sample(
                TLSAMatch(.sample(2, 1, 0), path: TrustAnchorPath(certificates: [0, 1], endsInBareKey: true))),
            expect: .found(
                .bareTrustAnchorKey,
                "The trust anchor of _25._tcp.mx.example.com is a bare key that no certificate of the server has.")),
        given(
            "usages that port 25 does not allow", .sample(.sample(1, 1, 1)),
            .absent(.notApplicable("no TLSA record can be used")),
            expect: .notApplicable(
                "No TLSA record of _25._tcp.mx.example.com can be used: DANE senders require TLS and "
                    + "authenticate no server.")),
        .given(
            "no STARTTLS", .sample(key), .secureSample, .withoutSTARTTLS,
            .absent(.notApplicable("The server does not offer STARTTLS.")), TLSAMatches.none, .sample(),
            expect: .withoutSTARTTLS(
                "The server does not offer STARTTLS, although the TLSA records of _25._tcp.mx.example.com promise it.")),
        .given(
            "a lookup that does not validate", .sample(security: .bogus("signature expired")), .secureSample,
            .withSTARTTLS, session, TLSAMatches.none, .sample(),
            expect: .bogus(
                "The answer for the TLSA records of _25._tcp.mx.example.com does not validate: signature expired.")),
        given(
            "a server that refuses its own name as SNI", .sample(key),
            .absent(.failed(.repeated(.handshake(reason: "no handshake for mx.example.com", alert: nil), times: 2))),
            expect: .withoutSTARTTLS(
                "A TLS session with the SNI mx.example.com, which DANE senders use, fails, although the "
                    + "TLSA records of _25._tcp.mx.example.com promise TLS.")),
        given(
            "no TLSA record", .sample(), .absent(.notApplicable("no TLSA record is usable here")),
            expect: .notApplicable("The host has no TLSA record.")),
        given(
            "records in a zone that is not signed", .sample(key, security: .insecure),
            .absent(.notApplicable("no TLSA record is usable here")),
            expect: .notApplicable(
                "The TLSA records of _25._tcp.mx.example.com are not protected by DNSSEC, so senders ignore them.")),
    ]
}
