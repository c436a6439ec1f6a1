internal import CheckKit
internal import MailModel
internal import Observations

enum ServersAlikeFinding: String, FindingCode {
    case unequal = "tls.unequal-servers"

    var sentence: Sentence {
        "The best server has \(.version) (\(.server)), the worst \(.worst) (\(.worstServer))."
    }
    var severity: Severity { .warning }
    var remedy: String {
        "Set all mail servers of the domain up alike, the backup too: the same TLS library, and the same settings (Postfix: "
            + "smtpd_tls_security_level and smtpd_tls_protocols; Exim: tls_advertise_hosts and openssl_options; OpenSMTPD: listen on)."
    }
}

extension Check {
    /// All servers of a domain offer the same: senders may take any of them. RFC 9325, section 3.9; RFC 5321, section 5.1.
    ///
    /// Compared is the newest version of TLS, or that there is none. A server that holds no conversation is left out.
    static let tlsServersAlike = Check.perDomain(
        "tls.servers-alike",
        title: "All mail servers offer the same TLS version",
        why: """
            Whoever can keep senders from one server makes them use another, so a domain is only as well protected as \
            its worst server. That one is often a backup that nobody looks after.
            """,
        references: [.rfc(9325, section: "3.9"), .rfc(5321, section: "5.1")],
        examples: [
            .given("alike", .servers(.present(.example), .present(.example)), expect: .passed),
            .given(
                "one without STARTTLS", .servers(.present(.example), .absent(.notApplicable("No STARTTLS."))),
                expect: .found(
                    .unequal,
                    "The best server has TLS 1.3 (mx1.example.com [192.0.2.1]), the worst no TLS (mx2.example.com [192.0.2.2])."
                )),
            .given(
                "one with an older version", .servers(.present(.example), .present(.old)),
                expect: .found(
                    .unequal,
                    "The best server has TLS 1.3 (mx1.example.com [192.0.2.1]), the worst TLS 1.2 (mx2.example.com [192.0.2.2])."
                )),
            .given(
                "one that defers us",
                .servers(.present(.example), .absent(.failed(.rejected(SMTPReply(421, "Later"))))),
                expect: .inconclusive("What one of the servers offers could not be determined: rejected: 421 Later.")),
            .given(
                "one that cannot be reached",
                .servers(.present(.example), .absent(.blocked(by: Greeting.id, because: .failed(.refused)))),
                expect: .notApplicable("There are no two servers to compare.")),
        ]
    ) { (sessions: PerServer<TLSSession>) -> Verdict<ServersAlikeFinding> in
        let known = sessions.elements.compactMap { element in
            element.observed.offer.map { (server: element.server, offer: $0) }
        }
        if let best = known.max(by: { $0.offer < $1.offer }), let worst = known.min(by: { $0.offer < $1.offer }),
            best.offer != worst.offer
        {
            return .found(
                .unequal,
                [
                    .version: best.offer.words, .server: best.server.words, .worst: worst.offer.words,
                    .worstServer: worst.server.words,
                ])
        }
        if let why = sessions.elements.lazy.compactMap({ $0.observed.absence?.whyOpen }).first {
            return .inconclusive("What one of the servers offers could not be determined: \(why).")
        }
        return known.count > 1 ? .passed : .notApplicable("There are no two servers to compare.")
    }
}

/// The newest version of a server; nil for none.
private struct Offer: Comparable {
    let version: TLSVersion?

    var words: String { version?.description ?? "no TLS" }

    static func < (left: Offer, right: Offer) -> Bool {
        switch (left.version, right.version) {
        case (let left?, let right?): left < right
        case (nil, let right): right != nil
        case (_, nil): false
        }
    }
}

extension Observed<TLSSession> {
    /// What a server certainly offers; nil where it holds no conversation, or that cannot be told.
    fileprivate var offer: Offer? {
        switch self {
        case .present(let session): Offer(version: session.handshake.version)
        case .absent(.notApplicable),
            .absent(.failed) where absence?.certainty != .inconclusive:
            Offer(version: nil)
        case .absent(.blocked(by: STARTTLSReply.id, _)) where absence?.certainty == .decisive: Offer(version: nil)
        case .absent: nil
        }
    }
}

extension MailServer {
    fileprivate var words: String { "\(host) [\(address)]" }
}

extension PerServer<TLSSession> {
    /// Servers for examples, in their order.
    fileprivate static func servers(_ sessions: Observed<TLSSession>...) -> PerServer {
        PerServer(
            sessions.enumerated().compactMap { index, session in
                IPAddress(bytes: [192, 0, 2, UInt8(truncatingIfNeeded: index + 1)]).map {
                    (MailServer(host: .sample("mx\(index + 1).example.com"), address: $0), session)
                }
            })
    }
}

extension TLSSession {
    fileprivate static var old: TLSSession {
        var session = example
        session.handshake.version = .tls12
        return session
    }
}
