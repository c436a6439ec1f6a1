internal import CheckKit
internal import MailModel
internal import Observations

/// The schema of a server in the JSON report.
enum ServerSchema {
    typealias Schema = JSONSchema

    static let server = Schema.object(
        "An MX host at an address, or a host without one.",
        [
            Schema.member("host", Schema.text("The MX host, A-labels.")),
            Schema.member("address", Schema.nullable(Schema.text("The address."))),
            Schema.member("preference", Schema.nullable(Schema.integer("Of the MX record; null for an implicit MX."))),
            Schema.member(
                "greeting",
                Schema.nullable(
                    Schema.object(
                        "The first reply.",
                        [
                            Schema.member("code", Schema.integer("The reply code.")),
                            Schema.member("text", Schema.text("Its lines.")),
                        ]))),
            Schema.member("tls", Schema.nullable(session)),
            Schema.member("certificate", Schema.nullable(certificate)),
            Schema.member("chain", Schema.list("Every certificate that was shown, the leaf first.", shown)),
            Schema.member(
                "versions",
                Schema.nullable(Schema.map("By version of TLS.", Schema.text("supported, refused or inconclusive.")))),
            Schema.member("suites", Schema.nullable(suites)),
            Schema.member(
                "ptr",
                Schema.nullable(
                    Schema.object(
                        "Reverse DNS.",
                        [
                            Schema.member("names", Schema.list("Names.", Schema.text("A name."))),
                            Schema.member("confirmed", Schema.list("Names that lead back.", Schema.text("A name."))),
                        ]))),
            Schema.member("relay", Schema.nullable(Schema.words("For strangers.", ["closed", "open", "unknown"]))),
            Schema.member("connections", Schema.integer("How many the address saw.")),
            Schema.member("absent", Schema.map("Why something above is null.", Schema.text("The reason."))),
        ])

    private static let session = Schema.object(
        "The session of a common sender.",
        [
            Schema.member("version", Schema.text("The version of TLS.")),
            Schema.member("suite", Schema.text("The suite.")),
            Schema.member("group", Schema.nullable(Schema.text("The group of the key exchange."))),
            Schema.member("peerSignature", Schema.nullable(Schema.text("How the server signed."))),
        ])

    private static let certificate = Schema.object(
        "The leaf that was shown.",
        [
            Schema.member("subject", Schema.text("Its subject.")), Schema.member("issuer", Schema.text("Its issuer.")),
            Schema.member("serial", Schema.text("Its serial number.")),
            Schema.member("dnsNames", Schema.list("Its names.", Schema.text("A name."))),
            Schema.member("notBefore", Schema.instant("Its beginning.")),
            Schema.member("notAfter", Schema.instant("Its end.")),
            Schema.member("key", Schema.text("Algorithm and size or curve.")),
            Schema.member("signatureAlgorithm", Schema.text("How it is signed.")),
            Schema.member("verifies", Schema.nullable(Schema.flag("Whether a sender that verifies accepts it."))),
            Schema.member("problems", Schema.list("Codes of warnings and worse.", Schema.text("A finding code."))),
        ])

    private static let shown = Schema.object(
        nil,
        [
            Schema.member("subject", Schema.text("Its subject.")), Schema.member("issuer", Schema.text("Its issuer.")),
            Schema.member("notBefore", Schema.instant("Its beginning.")),
            Schema.member("notAfter", Schema.instant("Its end.")),
            Schema.member("key", Schema.text("Algorithm and size or curve.")),
            Schema.member("keySHA256", Schema.text("SHA-256 over the public key, hexadecimal.")),
            Schema.member("signatureAlgorithm", Schema.text("How it is signed.")),
        ])

    private static let suites = Schema.object(
        "What the address accepts, where the run asked for it.",
        [
            Schema.member("versions", Schema.list(nil, suitesOfVersion)),
            Schema.member("connections", Schema.integer("How many that took.")),
            Schema.member("missing", Schema.nullable(Schema.text("Why it is not whole."))),
        ])

    private static let suitesOfVersion = Schema.object(
        "One version.",
        [
            Schema.member("version", Schema.text("The version.")),
            Schema.member("suites", Schema.list("In the server's order where that counts.", Schema.text("A suite."))),
            Schema.member("order", Schema.nullable(Schema.text("Whose order counts: server or client."))),
            Schema.member("groups", Schema.list("Groups.", Schema.text("A group."))),
            Schema.member("primes", Schema.list("Finite fields.", Schema.integer("Bits."))),
        ])
}

/// The schema of what becomes of mail.
enum DeliverySchema {
    typealias Schema = JSONSchema

    static let delivery = Schema.object(
        "What becomes of mail, by kind of sender.",
        [
            Schema.member("domain", Schema.list(nil, Schema.object("To the domain.", way + [atWorst]))),
            Schema.member(
                "servers",
                Schema.list(
                    nil,
                    Schema.object(
                        "At one server.",
                        [
                            Schema.member("server", Schema.text("host|address")),
                            Schema.member("deliveries", Schema.list(nil, Schema.object(nil, way))),
                        ]))),
        ])

    private static let way = [
        Schema.member("sender", Schema.words("The kind of sender.", Delivery.Sender.allCases.map(\.rawValue))),
        Schema.member("outcome", Schema.reference("fate")), Schema.member("reason", Schema.text("Why.")),
    ]

    private static let atWorst = Schema.member(
        "atWorst",
        Schema.nullable(
            Schema.object(
                "Where the servers differ: the worst.",
                [Schema.member("outcome", Schema.reference("fate")), Schema.member("reason", Schema.text("Why."))])))
}
