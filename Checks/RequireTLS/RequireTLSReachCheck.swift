internal import CheckKit
internal import FoundationEssentials
internal import MailModel
internal import Observations

enum RequireTLSReachFinding: String, FindingCode {
    case unreachable = "requiretls.unreachable"

    var sentence: Sentence {
        "Mail marked REQUIRETLS is returned: \(.reasons, .upTo(3, joined: .semicolon))."
    }
    var severity: Severity { .info }
    var responsible: Responsible { .domainOwner }
    var remedy: String {
        "Nothing to do unless you want REQUIRETLS: then it takes a mail server that offers it, a certificate that can be "
            + "verified, and DNSSEC or MTA-STS, so that the name of the mail server can be relied on."
    }
}

extension Check {
    /// A message marked REQUIRETLS can be delivered to the domain: somewhere the name of the MX host can be relied on, the
    /// certificate verified, and the extension is offered. RFC 8689, sections 2 and 4.2.1.
    static let requireTLSReach = Check.perDomain(
        "requiretls.reaches-domain",
        title: "Mail marked REQUIRETLS reaches the domain",
        why: """
            A sender of such a message follows only MX records that DNSSEC or MTA-STS vouches for, to servers that it can \
            authenticate and that offer the extension. When there is none, the message is returned.
            """,
        references: [.rfc(8689, section: "2"), .rfc(8689, section: "4.2.1")],
        examples: RequireTLSReachExamples.all
    ) {
        (
            mx: MXRecords, policy: PerServer<MTASTSDelivery>, hellos: PerServer<EHLOReplyInsideTLS>,
            chains: PerServer<CertificateChain>, records: PerHost<TLSARecords>, matches: PerServer<TLSAMatches>,
            judged: JudgedAt
        ) -> Verdict<RequireTLSReachFinding> in
        guard !hellos.elements.isEmpty else { return .notApplicable("There is no mail server to test.") }
        let facts = RequireTLSFacts(
            mx: mx, policy: policy, chains: chains, records: records, matches: matches, instant: judged.instant)
        let views = hellos.elements.map { facts.view(of: $0.server, $0.observed) }
        if views.contains(.open) { return .passed }
        if views.allSatisfy({ $0 == .unreached }) { return .notApplicable("No mail server can be reached.") }
        for case .unknown(let why) in views {
            return .inconclusive("Whether it reaches the domain could not be determined: \(why).")
        }
        let reasons = views.reduce(into: [String]()) { reasons, view in
            if case .closed(let why) = view, !reasons.contains(why) { reasons.append(why) }
        }
        return .found(.unreachable, [.reasons: reasons])
    }
}

/// What the verdict on one server is made of.
private struct RequireTLSFacts {
    let mx: MXRecords
    let policy: PerServer<MTASTSDelivery>
    let chains: PerServer<CertificateChain>
    let records: PerHost<TLSARecords>
    let matches: PerServer<TLSAMatches>
    let instant: Date

    enum View: Hashable {
        case open
        case closed(String)
        case unknown(String)
        /// Nobody can reach it, so that it says nothing of TLS: the message waits or goes to another server.
        case unreached
    }

    func view(of server: MailServer, _ hello: Observed<EHLOReplyInsideTLS>) -> View {
        switch hello {
        case .absent(let why) where why.certainty == .inconclusive: return .unknown("\(server): \(why.root)")
        case .absent(let why): return why.isAboutTLS ? .closed("\(server) has no TLS") : .unreached
        case .present(let hello) where !hello.reply.offers("REQUIRETLS"):
            return .closed("\(server) does not offer REQUIRETLS inside TLS")
        case .present: break
        }
        if mx.security == .secure { return authentication(of: server) }
        if let why = mx.security.indeterminateReason { return .unknown(why) }
        switch policy.elements.first(where: { $0.server == server })?.observed {
        case .present(let delivery) where delivery.fits: return authentication(of: server)
        case .absent(let why) where why.certainty == .inconclusive: return .unknown("\(why.root)")
        default: return .closed("neither DNSSEC nor MTA-STS vouches for \(server.host)")
        }
    }

    private func authentication(of server: MailServer) -> View {
        guard let chain = chains.elements.first(where: { $0.server == server })?.observed.value else {
            return .unknown("\(server) showed no chain")
        }
        let problem = chain.problems(for: server.host, at: instant).first
        let records = records.elements.first { $0.host == server.host }?.observed ?? .absent(.unplanned)
        let matches = matches.elements.first { $0.server == server }?.observed ?? .absent(.unplanned)
        guard let problem, !DANEVerification.authenticates(records, matches, .present(mx), at: instant) else {
            return chain.doubt.map { .unknown("\(server): \($0.asPhrase)") } ?? .open
        }
        if let doubt = DANEVerification.doubt(records, matches, .present(mx)) {
            return .unknown("\(server): \(doubt)")
        }
        return .closed("\(server) cannot be authenticated, \(problem.description)")
    }
}

extension Absence {
    /// Whether a conversation was held and TLS is what is missing; otherwise there was no conversation.
    fileprivate var isAboutTLS: Bool {
        switch root {
        case .notApplicable, .failed(.handshake), .failed(.rejected): true
        case .failed(.repeated(let failure, _)): Absence.failed(failure).isAboutTLS
        default: false
        }
    }
}
