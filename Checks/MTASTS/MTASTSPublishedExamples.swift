internal import CheckKit
internal import MailModel
internal import Observations

extension [Example<MTASTSPublishedFinding, MTASTSRecord, MTASTSPolicy, JudgedAt>] {
    /// The examples of `mta-sts.published`.
    static var mtaSTSPublished: Self {
        [
            .given("record and policy are valid", .sample, .sample, .sample(), expect: .passed),
            .given(
                "no record", .none, .missing, .sample(), expect: .notApplicable("There is no MTA-STS record.")),
            .given(
                "a record that does not validate",
                MTASTSRecord(TextLookup(security: .bogus("signature expired"), ["v=STSv1; id=1"])), .sample, .sample(),
                expect: .bogus(
                    "The answer to the lookup of the MTA-STS record does not validate: signature expired.")),
            .given(
                "a blank before the first semicolon", MTASTSRecord("v=STSv1 ; id=1"), .sample, .sample(),
                expect: .found(
                    .recordBlank,
                    "The MTA-STS record has a blank before its first semicolon: senders accept it only as long as no "
                        + "other TXT record stands beside it.")),
            .given(
                "the same beside another TXT record", MTASTSRecord("v=STSv1 ; id=1", "v=spf1 -all"), .missing,
                .sample(),
                expect: .found(
                    .recordIgnored,
                    "Senders ignore the record \u{201C}v=STSv1 ; id=1\u{201D}: of several TXT records only those count "
                        + "that begin with \u{201C}v=STSv1;\u{201D}, without a blank.")),
            .given(
                "another version", MTASTSRecord("v=STSv2; id=1"), .missing, .sample(),
                expect: .found(
                    .recordIgnored,
                    "Senders ignore the record \u{201C}v=STSv2; id=1\u{201D}: it does not begin with "
                        + "\u{201C}v=STSv1;\u{201D}.")),
            .given(
                "quotation marks in the text", MTASTSRecord("\"v=STSv1; id=1\""), .missing, .sample(),
                expect: .found(
                    .recordIgnored,
                    "Senders ignore the record \u{201C}\"v=STSv1; id=1\"\u{201D}: the quotation marks are part of its "
                        + "text, so it does not begin with \u{201C}v=STSv1;\u{201D}.")),
            .given(
                "a hyphen in the id", MTASTSRecord("v=STSv1; id=2026-01-01"), .sample, .sample(),
                expect: .found(
                    .recordInvalid,
                    "The MTA-STS record breaks the grammar: the id \u{201C}2026-01-01\u{201D} is not 1 to 32 letters and "
                        + "digits.")),
            .given(
                "two records", MTASTSRecord("v=STSv1; id=1", "v=STSv1; id=2"), .sample, .sample(),
                expect: .found(
                    .multipleRecords, "There are 2 MTA-STS records, so senders ignore them all.")),
            .given(
                "a policy and no record", .none, .sample, .sample(),
                expect: .found(
                    .policyWithoutRecord, "mta-sts.example.com serves a policy, but no record announces it.")),
            .given(
                "no policy host", .sample, .missing, .sample(),
                expect: .found(
                    .policyHostMissing, "The policy cannot be used: mta-sts.example.com does not exist.")),
            .given(
                "nothing listens there", .sample, .unreachable(.refused), .sample(),
                expect: .found(
                    .policyHostUnreachable,
                    "The policy cannot be used: the policy host takes no connection: 192.0.2.80 connection refused.")),
            .given(
                "the policy host answers too slowly for us", .sample, .failing(.timedOut(stage: "response")), .sample(),
                expect: .of(
                    [], open: MTASTSPublishedFinding.aboutPolicy,
                    because:
                        "Whether the policy can be fetched could not be determined: the policy host: no "
                        + "answer in time (response)."
                )),
            .given(
                "the policy host has no TLS that we know", .sample,
                .failing(.handshake(reason: "alert", alert: "protocol_version")), .sample(),
                expect: .found(
                    .policyTLSFailed,
                    "The policy cannot be used: the TLS handshake with the policy host fails: alert protocol_version.")),
            .given(
                "its certificate is self-signed", .sample,
                .serving { $0.handshake?.path.problems = [.init(kind: .selfSigned, depth: 0, detail: "self-signed")] },
                .sample(),
                expect: .found(
                    .policyCertificateUntrusted,
                    "Senders cannot verify mta-sts.example.com: its certificate is self-signed.")),
            .given(
                "its certificate has expired", .sample, .sample, .sample(days: 47),
                expect: .found(
                    .policyCertificateExpired,
                    "Senders cannot verify mta-sts.example.com: its certificate expired on 2026-12-30.")),
            .given(
                "its certificate is for the provider\u{2019}s name", .sample,
                .serving { $0.handshake?.chain[0].dnsNames = ["policies.example.net"] }, .sample(),
                expect: .found(
                    .policyCertificateName,
                    "Senders cannot verify mta-sts.example.com: its certificate is not for mta-sts.example.com, but for "
                        + "policies.example.net.")),
            .given(
                "the policy host closes the connection", .sample, .failing(.closedEarly(stage: "response")), .sample(),
                expect: .found(
                    .policyNoResponse,
                    "The policy cannot be used: the policy host gives no complete response: connection closed "
                        + "by the server (response).")),
            .given(
                "the policy is cut short", .sample,
                .serving { exchange in
                    exchange.response = nil
                    exchange.partial = HTTPResponse(status: 200, contentLength: 90, body: [UInt8]("version: ".utf8))
                    exchange.failure = .closedEarly(stage: "response, without close_notify of TLS")
                }, .sample(),
                expect: .found(
                    .policyNoResponse,
                    "The policy cannot be used: the policy host gives no complete response: it sends status "
                        + "200 and 9 of 90 octets of the body, then connection closed by the server (response, "
                        + "without close_notify of TLS).")),
            .given(
                "a redirect", .sample,
                .serving { $0.response = HTTPResponse(status: 301, location: "https://www.example.com/") }, .sample(),
                expect: .found(
                    .policyRedirected,
                    "The policy cannot be used: the policy host redirects with 301 to https://www.example.com/.")),
            .given(
                "no such file", .sample, .serving { $0.response?.status = 404 }, .sample(),
                expect: .found(.policyStatus, "The policy cannot be used: the policy host answers 404.")),
            .given(
                "an endless policy", .sample, .serving { $0.response?.isTruncated = true }, .sample(),
                expect: .found(.policyTooLarge, "The policy cannot be used: the policy is larger than 64 KiB.")),
            .given(
                "an empty line at the end", .sample, .serving(more: "\n"), .sample(),
                expect: .found(
                    .policyBlankLine,
                    "Line 5 of the policy is empty, which the grammar does not allow; most senders skip empty lines, so "
                        + "the policy counts.")),
            .given(
                "a compressed policy", .sample,
                .serving { exchange in
                    exchange.response?.contentEncoding = "gzip"
                    exchange.response?.body = [0x1F, 0x8B, 8, 0]
                }, .sample(),
                expect: .found(
                    .policyCompressed,
                    "The policy cannot be used: the policy is sent compressed (gzip) though not asked for.")),
            .given(
                "a policy served as HTML", .sample, .serving { $0.response?.contentType = "text/html" }, .sample(),
                expect: .found(
                    .policyMediaType, "The policy is served as \u{201C}text/html\u{201D}, not as text/plain.")),
            .given(
                "a misspelt mode", .sample, .serving(mode: "Enforce"), .sample(),
                expect: .found(
                    .policyInvalid,
                    "The policy cannot be used: the policy breaks the grammar: the mode is \u{201C}Enforce\u{201D}, not "
                        + "enforce, testing or none.")),
        ]
    }
}
