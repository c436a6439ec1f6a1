import CheckKit
import Checks
import FoundationEssentials
import Grading
import MailModel
import Observations
import Reporting
import Testing

/// What can be pasted, as the JSON report has it.
@Suite struct PasteTests {
    @Test func `A key gets its TLSA record, and a second key of the server another`() throws {
        var sample = try Sample()
        try sample.add("mx.example.com", "192.0.2.1", .shown(key: String(repeating: "a1", count: 32)))
        var other = try TLSHandshake.sample("mx.example.com", names: ["mx.example.com"])
        other.chain[0].key = .init(algorithm: "RSA", bits: 2048, sha256: String(repeating: "b2", count: 32))
        let place = Place.server(
            MailServer(host: try DomainName(input: "mx.example.com"), address: try #require(IPAddress("192.0.2.1"))))
        sample.set(OtherCertificate(.rsa, other), at: place)
        let text = try #require(try sample.pastes("dane.covers-domain", "dane.absent").first?.text)
        #expect(text.contains("_25._tcp.mx.example.com. IN TLSA 3 1 1 \(String(repeating: "a1", count: 32))\n"))
        #expect(text.contains("_25._tcp.mx.example.com. IN TLSA 3 1 1 \(String(repeating: "b2", count: 32))\n"))
        #expect(text.contains("must be signed (DNSSEC)"))
    }

    @Test func `A domain without MTA-STS gets steps, the policy in mode testing, and the record`() throws {
        var sample = try Sample()
        try sample.add("mx1.example.com", "192.0.2.1", .good("mx1.example.com"))
        try sample.add("mx2.example.com", "192.0.2.2", .good("mx2.example.com"))
        sample.withoutMTASTS()
        let pastes = try sample.pastes("mta-sts.enforced", "mta-sts.absent")
        #expect(pastes.map(\.kind) == ["steps", "policy-file", "zone-file"])
        #expect(
            pastes[1].text
                == "version: STSv1\r\nmode: testing\r\nmx: mx1.example.com\r\nmx: mx2.example.com\r\nmax_age: 604800\r\n"
        )
        #expect(pastes[1].title.contains("https://mta-sts.example.com/.well-known/mta-sts.txt"))
        #expect(pastes[2].text == "_mta-sts.example.com. IN TXT \"v=STSv1; id=20260101T000000Z\"\n")
        #expect(try sample.pastes("mta-sts.enforced", "mta-sts.absent").map(\.text) == pastes.map(\.text))
    }

    @Test func `Many hosts right below one name are one wildcard`() throws {
        var sample = try Sample()
        for number in 1...4 {
            try sample.add("alt\(number).mx.example.com", "192.0.2.\(number)", .good("alt\(number).mx.example.com"))
        }
        try sample.add("mx.example.com", "192.0.2.9", .good("mx.example.com"))
        sample.withoutMTASTS()
        let policy = try sample.pastes("mta-sts.enforced", "mta-sts.absent").first { $0.kind == "policy-file" }
        #expect(policy?.text.contains("mx: *.mx.example.com\r\nmx: mx.example.com\r\n") == true)
    }

    @Test(
        arguments: [
            ("ESMTP Postfix (Debian/GNU)", ["postfix"]), ("ESMTP Exim 4.96 Thu, 01 Jan 2026 00:00:00 +0000", ["exim"]),
            ("ESMTP OpenSMTPD", ["opensmtpd"]), ("ESMTP Sendmail 8.17.1/8.17.1", ["sendmail"]),
            ("Microsoft ESMTP MAIL Service ready", ["exchange"]), ("ESMTP ready", ["postfix", "exim", "opensmtpd"]),
            ("ESMTP Postfixed", ["postfix", "exim", "opensmtpd"]),
        ])
    func `Settings are those of the software in the greeting, or a choice`(_ greeting: String, _ kinds: [String]) throws
    {
        for (check, code) in [("starttls.offered", "starttls.not-offered"), ("relay.closed", "relay.open")] {
            var conversation =
                code == "relay.open"
                ? try Conversation.good("mx.example.com", relay: SMTPReply(250, "Ok"))
                : try Conversation.plaintext("mx.example.com")
            conversation.greeting = .present(SMTPReply(220, "mx.example.com \(greeting)"))
            var sample = try Sample()
            try sample.add("mx.example.com", "192.0.2.1", conversation)
            let pastes = try sample.pastes(check, code)
            #expect(pastes.map(\.kind) == kinds, "\(code)")
            #expect(pastes.allSatisfy { $0.title.hasPrefix("If it is ") == (kinds.count > 1) })
        }
    }

    @Test func `Where a provider runs the servers, it is said what can be done there`() throws {
        for (labels, kind) in [
            (["example-com", "mail", "protection", "outlook", "com"], "exchange-online"),
            (["aspmx", "l", "google", "com"], "google-workspace"),
        ] {
            var sample = try Sample()
            try sample.add(labels.joined(separator: "."), "192.0.2.1", .shown(key: String(repeating: "a1", count: 32)))
            let pastes = try sample.pastes("dane.covers-domain", "dane.absent")
            #expect(pastes.map(\.kind) == [kind])
            #expect(!pastes.contains { $0.text.contains("IN TLSA") })
        }
    }

    @Test func `An address without a name gets what to ask the provider for`() throws {
        var sample = try Sample()
        try sample.add("mx.example.com", "192.0.2.1", .good("mx.example.com"))
        let address = try #require(IPAddress("192.0.2.1"))
        sample.set(PTRNames(address), at: .address(address))
        let pastes = try sample.pastes("ptr.forward-confirmed", "ptr.missing")
        #expect(pastes.map(\.kind) == ["request"])
        #expect(pastes.first?.text == "1.2.0.192.in-addr.arpa. IN PTR mx.example.com.\n")
    }

    @Test(
        arguments: [
            "mx\n_evil", "mx\"; rm", "mx;x", "mx$(id)", "mx`id`", "mx\u{1B}[2J", "mx'x", "mx x", "mx\\x", "mx{x}",
            "mx_x",
        ])
    func `A name that is no plain host name is in no snippet`(_ label: String) throws {
        let name = DomainName(labels: [Array(label.utf8), Array("example".utf8), Array("com".utf8)])
        for domain in [nil, name] {
            var sample = try Sample()
            if let domain {
                sample.evidence = Evidence(domain: domain, collectedAt: Sample.instant)
                sample.set(MXRecords(), at: .domain)
            }
            try sample.add(
                named: domain == nil ? name : try DomainName(input: "mx.example.com"), "192.0.2.7",
                .plaintext("x.example.com"))
            try sample.add("mx2.example.com", "192.0.2.2", .plaintext("mx2.example.com"))
            sample.withoutMTASTS()
            for (check, code) in [
                ("starttls.offered", "starttls.not-offered"), ("mta-sts.enforced", "mta-sts.absent"),
                ("ptr.forward-confirmed", "ptr.missing"),
            ] {
                for paste in try sample.pastes(check, code) {
                    #expect(!paste.text.contains(name.labels[0]) && !paste.title.contains(name.labels[0]))
                    #expect(!paste.text.contains(label))
                    #expect(paste.text.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x0A || $0 == 0x0D })
                }
            }
        }
    }

    @Test func `Everything that can be pasted for saved runs is printable, and no line of it is long`() throws {
        let corpus = try CorpusReports.shared.get()
        var kinds: Set<String> = []
        for domain in [
            "dane-sts-self-signed.test", "open-relay.test", "common-name-only.test", "expired.test", "tls-all.test",
            "no-starttls.test", "exim.test", "sts-testing.test", "tlsa-wrong.test", "no-ptr.test",
        ] where try CorpusReports.domains().contains(domain) {
            for report in try corpus.reports(domain, "default").all {
                for paste in report.allPastes {
                    kinds.insert(paste.kind)
                    #expect(paste.text.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x0A || $0 == 0x0D })
                    #expect(paste.text.split(whereSeparator: \.isNewline).allSatisfy { $0.count <= 130 }, "\(domain)")
                }
            }
        }
        #expect(kinds.isSuperset(of: ["zone-file", "policy-file", "postfix", "steps"]))
    }
}

/// A snippet as the JSON has it.
private struct Paste {
    let title: String
    let kind: String
    let text: String
}

extension Report {
    /// The snippets of a code; of all codes without one.
    fileprivate func pastes(_ code: String) -> [Paste] {
        guard case .object(let report) = jsonValue, case .array(let fixes)? = report["fixes"] else { return [] }
        return fixes.flatMap { fix -> [Paste] in
            guard case .object(let fix) = fix, fix["code"] == .string(code) || code.isEmpty,
                case .array(let pastes)? = fix["paste"]
            else { return [] }
            return pastes.compactMap { paste in
                guard case .object(let paste) = paste, case .string(let title)? = paste["title"],
                    case .string(let kind)? = paste["kind"], case .string(let text)? = paste["text"]
                else { return nil }
                return Paste(title: title, kind: kind, text: text)
            }
        }
    }

    fileprivate var allPastes: [Paste] { pastes("") }
}

extension Sample {
    /// What could be pasted for a code under a profile of one check, where a better grade asks for it.
    fileprivate func pastes(_ check: String, _ code: String) throws -> [Paste] {
        let profile = """
            schema: 1
            id: paste
            title: One check
            checks:
              \(check): { weight: 1 }
            severity: { \(code): error }
            grade:
              credit: { info: 1, notice: 1, warning: 1, error: 0, critical: 0 }
              bands: { A+: 97, A: 90, B: 75, C: 50, D: 25, F: 0 }
            """
        return try report(profile).pastes(code)
    }

    fileprivate mutating func withoutMTASTS() {
        set(MTASTSRecord(TextLookup(status: .nxDomain)), at: .domain)
        if let host = try? DomainName(input: "mta-sts.example.com") { set(MTASTSPolicy(host), at: .domain) }
    }
}

extension Conversation {
    /// A good one with a key of the digest.
    fileprivate static func shown(key: String) throws -> Conversation {
        var conversation = try Conversation.good("mx.example.com")
        var handshake = try TLSHandshake.sample("mx.example.com", names: ["mx.example.com"])
        handshake.chain[0].key = .init(algorithm: "EC", bits: 256, curve: "prime256v1", sha256: key)
        conversation.handshake = .present(handshake)
        return conversation
    }
}
