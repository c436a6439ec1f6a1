import MailModel
import Testing

@testable import LiveWire

/// Mail that is handed to a relay on loopback.
@Suite("Mail to the relay", .timeLimit(.minutes(10)))
struct MailSubmissionTests {
    private static let letter = OutgoingMail(
        from: "watch@example.net", to: ["a@example.net"], lines: ["Subject: hello", "", "one", ".two", "three"])

    /// A relay, what it heard in the order in which it did, and how submitting to it ended.
    private func submit(
        _ mail: OutgoingMail = letter, requiresTLS: Bool = false, name: String = "localhost", offersTLS: Bool = true,
        trusting store: TrustStore = TestPKI.shared.trustStore, replies: [String: String] = [:],
        closesAtEnd: Bool = false
    ) async throws -> (heard: [String], failure: Undelivered?) {
        let identity = TestIdentity.make(.init(alternativeNames: "DNS:\(name)"), by: TestPKI.shared.intermediate)
        let tls = ServerTLS(identity, chain: [TestPKI.shared.intermediate])
        let heard = Locked<[String]>([])
        let failure = try await ScriptedServer.run { peer in
            try await peer.send("220 relay ESMTP\r\n")
            while let line = try await peer.line() {
                heard.withLock { $0.append(line) }
                let verb = String(line.prefix { $0 != " " && $0 != ":" })
                if let reply = replies[verb] {
                    try await peer.send("\(reply)\r\n")
                    continue
                }
                switch verb {
                case "EHLO": try await peer.send(offersTLS ? "250-relay\r\n250 STARTTLS\r\n" : "250 relay\r\n")
                case "STARTTLS":
                    try await peer.send("220 go\r\n")
                    try await peer.startTLS(tls)
                    heard.withLock { $0.append("-- TLS") }
                case "DATA":
                    try await peer.send("354 go\r\n")
                    while let line = try await peer.line(), line != "." { heard.withLock { $0.append("| \(line)") } }
                    if closesAtEnd { return }
                    try await peer.send("250 queued\r\n")
                case "QUIT":
                    try await peer.send("221 bye\r\n")
                    return
                default: try await peer.send("250 ok\r\n")
                }
            }
        } _: { server in
            do {
                try await LiveCourier(trustStore: store, name: "watch.example.net").submit(
                    mail, to: MailRelay(host: "localhost", port: server.port, requiresTLS: requiresTLS))
                return nil as Undelivered?
            } catch {
                return try #require(error as? Undelivered)
            }
        }
        return (heard.withLock { $0 }, failure)
    }

    @Test("a message goes inside TLS to a relay whose certificate is valid for its name, dots doubled")
    func whole() async throws {
        let (heard, failure) = try await submit(requiresTLS: true)
        #expect(failure == nil)
        #expect(
            heard == [
                "EHLO watch.example.net", "STARTTLS", "-- TLS", "EHLO watch.example.net",
                "MAIL FROM:<watch@example.net>",
                "RCPT TO:<a@example.net>", "DATA", "| Subject: hello", "| ", "| one", "| ..two", "| three", "QUIT",
            ])
    }

    @Test("where TLS is required, a relay without it, of another name, or of an unknown issuer gets nothing")
    func required() async throws {
        let cases: [(offers: Bool, name: String, store: TrustStore, why: String)] = [
            (false, "localhost", TestPKI.shared.trustStore, "does not offer STARTTLS"),
            (true, "other.example", TestPKI.shared.trustStore, "is for another host than localhost"),
            (true, "localhost", TrustStore.trusting(TestIdentity.make(.authority("Other"))), "is not trusted"),
        ]
        for one in cases {
            let (heard, failure) = try await submit(
                requiresTLS: true, name: one.name, offersTLS: one.offers, trusting: one.store)
            #expect(try #require(failure).description.contains(one.why))
            #expect(!heard.contains { $0.hasPrefix("MAIL") })
        }
    }

    @Test("without that requirement TLS is used where it is offered, whoever is there, and plaintext where it is not")
    func opportunistic() async throws {
        let (inside, first) = try await submit(name: "other.example")
        #expect(first == nil && inside.contains("-- TLS") && inside.contains("| one"))
        let (outside, second) = try await submit(offersTLS: false)
        #expect(second == nil && !outside.contains("-- TLS") && outside.contains("| one"))
    }

    @Test(
        "a refusal says which command it answered, and no message was sent",
        arguments: [
            ("MAIL", "451 later", "MAIL with 451"), ("RCPT", "550 no such user", "RCPT a@example.net with 550"),
            ("DATA", "452 full", "DATA with 452"),
        ])
    func refused(verb: String, reply: String, why: String) async throws {
        let (heard, failure) = try await submit(offersTLS: false, replies: [verb: reply])
        let found = try #require(failure)
        #expect(found.description.contains(why) && !found.mayHaveArrived)
        #expect(!heard.contains { $0.hasPrefix("|") })
    }

    @Test("a relay that says nothing to the end of the message may have it")
    func unknown() async throws {
        let (_, failure) = try await submit(offersTLS: false, closesAtEnd: true)
        #expect(try #require(failure).mayHaveArrived)
    }

    @Test("a line that would be two is not sent")
    func injected() async throws {
        let mail = OutgoingMail(from: "a@example.net", to: ["a@example.net"], lines: ["one\r\n.\r\nRSET"])
        let (heard, failure) = try await submit(mail, offersTLS: false)
        #expect(failure != nil && !heard.contains("RSET"))
        let address = OutgoingMail(from: "a@example.net>\r\nRSET", to: ["a@example.net"], lines: [])
        let (again, second) = try await submit(address, offersTLS: false)
        #expect(second != nil && !again.contains("RSET"))
    }

    @Test("a host without an address is named")
    func unresolved() async throws {
        let courier = try LiveCourier(trustStore: TestPKI.shared.trustStore, name: "watch.example.net")
        let error = await #expect(throws: Undelivered.self) {
            try await courier.submit(Self.letter, to: MailRelay(host: "no-such-host.invalid", port: 25))
        }
        #expect(error?.description.contains("no-such-host.invalid has no address") ?? false)
    }
}
