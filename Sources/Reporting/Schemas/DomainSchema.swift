internal import CheckKit
internal import MailModel

/// The schema of what the domain publishes, in the JSON report.
enum DomainSchema {
    typealias Schema = JSONSchema

    static let published = Schema.object(
        "What the domain publishes about its mail. What nobody looked up is null or empty.",
        [
            Schema.member("mx", Schema.nullable(exchange)),
            Schema.member(
                "zones",
                Schema.list(
                    "The zones that mail depends on.",
                    Schema.object(
                        nil,
                        [
                            Schema.member("zone", Schema.text("Its name.")), Schema.member("dnssec", security),
                            Schema.member("algorithms", Schema.list("Of its keys.", Schema.text("A mnemonic."))),
                        ]))),
            Schema.member("zonesUnknown", Schema.map("By name.", Schema.text("Why its zone is not known."))),
            Schema.member("mtaSTS", Schema.nullable(mtaSTS)),
            Schema.member("tlsa", Schema.list("By MX host.", tlsa)),
            Schema.member(
                "tlsRPT",
                Schema.nullable(
                    Schema.object(
                        "RFC 8460.",
                        record + [Schema.member("destinations", Schema.list("In their order.", Schema.text("A URI.")))])
                )),
        ])

    private static let security = Schema.object(
        "How far the DNS is signed.",
        [
            Schema.member(
                "state", Schema.words("What validation gave.", DomainSummary.Security.State.allCases.map(\.rawValue))),
            Schema.member("why", Schema.nullable(Schema.text("Why so."))),
        ])

    private static let record = [
        Schema.member("record", Schema.words("The record.", DomainSummary.RecordState.allCases.map(\.rawValue))),
        Schema.member("why", Schema.nullable(Schema.text("Why it does not count or is not known."))),
    ]

    private static let exchange = Schema.object(
        "Where mail goes.",
        [
            Schema.member(
                "kind", Schema.words("What the domain says.", DomainSummary.MailExchange.Kind.allCases.map(\.rawValue))),
            Schema.member("why", Schema.nullable(Schema.text("Why so."))),
            Schema.member("dnssec", security),
            Schema.member(
                "hosts",
                Schema.list(
                    "Lowest preference first.",
                    Schema.object(
                        nil,
                        [
                            Schema.member("host", Schema.text("A-labels.")),
                            Schema.member("preference", Schema.nullable(Schema.integer("Null for an implicit MX."))),
                            Schema.member("addresses", Schema.list("IPv4 first.", Schema.text("An address."))),
                            Schema.member("why", Schema.nullable(Schema.text("What is wrong or unknown."))),
                        ]))),
        ])

    private static let mtaSTS = Schema.object(
        "RFC 8461.",
        record + [
            Schema.member("id", Schema.nullable(Schema.text("Of the record."))),
            Schema.member(
                "policy",
                Schema.nullable(
                    Schema.object(
                        "The policy that was fetched.",
                        [
                            Schema.member(
                                "mode", Schema.words("What senders are to do.", ["enforce", "testing", "none"])),
                            Schema.member("maxAge", Schema.integer("Seconds.")),
                            Schema.member(
                                "patterns",
                                Schema.list(
                                    "In their order.",
                                    Schema.object(
                                        nil,
                                        [
                                            Schema.member("pattern", Schema.text("Lower case.")),
                                            Schema.member("covers", Schema.list(nil, Schema.text("An MX host."))),
                                        ]))),
                            Schema.member("uncovered", Schema.list(nil, Schema.text("An MX host."))),
                        ]))),
            Schema.member("whyNoPolicy", Schema.nullable(Schema.text("Why there is none."))),
        ])

    private static let tlsa = Schema.object(
        "TLSA records, and the certificates that are shown. RFC 7672.",
        [
            Schema.member("host", Schema.text("The MX host.")),
            Schema.member("name", Schema.text("Where the records are, or would be.")),
            Schema.member("dnssec", security),
            Schema.member("why", Schema.nullable(Schema.text("Why nothing is known."))),
            Schema.member(
                "records",
                Schema.list(
                    nil,
                    Schema.object(
                        nil,
                        [
                            Schema.member("record", Schema.text("The master-file form.")),
                            Schema.member("fault", Schema.nullable(Schema.text("Why senders cannot use it."))),
                            Schema.member(
                                "matches", Schema.nullable(Schema.flag("Whether a server shows what it names."))),
                        ]))),
            Schema.member(
                "keys",
                Schema.list(
                    nil,
                    Schema.object(
                        nil,
                        [
                            Schema.member("key", Schema.text("Algorithm and size or curve.")),
                            Schema.member("sha256", Schema.text("Of the public key, as in a record 3 1 1.")),
                            Schema.member("addresses", Schema.list("Where.", Schema.text("An address."))),
                            Schema.member(
                                "matchedBy", Schema.nullable(Schema.list(nil, Schema.text("A record above.")))),
                        ]))),
        ])
}
