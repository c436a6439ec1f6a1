internal import CheckKit
internal import FoundationEssentials
internal import MailModel

/// Everything that senders base a delivery at one server on, and what each kind of sender makes of it. DANE has a file of
/// its own.
struct DeliverySite {
    package let host: DomainName
    package let transport: DeliveryTransport
    /// Why the host's addresses do not validate: then nobody finds the server.
    let bogusAddress: String?
    package let mx: Observed<MXRecords>
    package let validated: Observed<ValidatedDNS>
    package let record: Observed<MTASTSRecord>
    package let policy: Observed<MTASTSPolicy>
    package let tlsa: Observed<TLSARecords>
    package let matches: Observed<TLSAMatches>
    /// What the server showed on further connections for the same name, where that differed.
    package var others: [TLSHandshake] = []
    /// Why it cannot be told what else it shows for that name: one sentence, nil where it can.
    var certificateDoubt: String?
    /// Why it is open whether the server refuses its name as SNI.
    package var openNameRefusal: String?

    /// An outcome and the sentence that explains it.
    typealias Ending = (outcome: Delivery.Outcome, reason: String)

    package func delivery(_ sender: Delivery.Sender) -> Delivery {
        let ending = ending(sender)
        return Delivery(sender, ending.outcome, ending.reason)
    }

    private func ending(_ sender: Delivery.Sender) -> Ending {
        if let bogusAddress {
            return (.deferred, "The addresses of the host do not validate: \(bogusAddress).")
        }
        // Where nobody gets through it does not matter who asks.
        switch transport {
        case .closed(let why): return (.deferred, "No mail gets through: \(why).")
        case .neverAcceptsMail(let why): return (.bounced, why.sentence)
        case .unknown(let why): return (.unknown, why.sentence)
        case .plaintext, .encrypted: break
        }
        return switch sender {
        case .opportunistic: opportunistic
        case .mtaSTS: underMTASTS
        case .dane: underDANE
        case .daneOnly: underDANEOnly
        case .requireTLS: underREQUIRETLS
        case .pkix: insistingOnPKIX
        }
    }
}

extension DeliverySite {
    /// ST-03: TLS that does not work equals no TLS.
    private var opportunistic: Ending { withoutPolicy("") }

    /// As an opportunistic sender, for want of a policy.
    func withoutPolicy(_ why: String) -> Ending {
        let prefix = why.isEmpty ? "" : "\(why.sentence) "
        return switch transport {
        case .encrypted(let session, _):
            (.encrypted, "\(prefix)\(session.version), and the certificate is not verified.")
        case .plaintext(let phrase): (.plaintext, prefix + phrase.sentence)
        case .closed(let phrase), .neverAcceptsMail(let phrase), .unknown(let phrase): (.unknown, phrase.sentence)
        }
    }

    /// Goes on inside TLS; without TLS the message waits.
    func overTLS(else outcome: Delivery.Outcome = .deferred, _ go: (TLSHandshake, EHLOReply) -> Ending) -> Ending {
        switch transport {
        case .encrypted(let session, let keywords): go(session, keywords)
        case .plaintext(let why): (outcome, "TLS is required here, but \(why).")
        case .closed(let why), .neverAcceptsMail(let why), .unknown(let why): (.unknown, why.sentence)
        }
    }

    /// RFC 8461, section 5: enforced, a server that fails any demand gets nothing (STS-26).
    private var underMTASTS: Ending {
        switch standing {
        case .absent: return withoutPolicy("There is no MTA-STS policy")
        case .unusable: return withoutPolicy("The MTA-STS policy cannot be used")
        case .unknown(let why): return (.unknown, "Whether there is an MTA-STS policy could not be determined: \(why).")
        case .policy(let document) where document.mode != .enforce:
            return withoutPolicy("The MTA-STS policy is in mode \(document.mode.rawValue)")
        case .policy(let document):
            guard document.fits(host) else { return (.deferred, "No pattern of the MTA-STS policy fits \(host).") }
            return overTLS { session, _ in
                if session.serverName == nil {
                    return openNameRefusal.map { (.unknown, $0.sentence) }
                        ?? (.deferred, "It refuses its own name as SNI, which MTA-STS asks senders to send.")
                }
                return problem(session).map { (.deferred, "\($0.sentence) MTA-STS forbids delivery.") }
                    ?? verified("The MTA-STS policy names the host, and its certificate verifies.")
            }
        }
    }

    private var standing: MTASTSStanding {
        switch (record, policy) {
        case (.present(let record), .present(let policy)):
            // Without a chain nothing is measured by the date.
            let seen = policy.exchange?.handshake?.path.checkedAt ?? Date(timeIntervalSince1970: 0)
            return MTASTSStanding(record, policy, at: seen)
        case (.present(let record), .absent) where record.reading == .absent: return .absent
        case (.absent(let why), _), (_, .absent(let why)): return .unknown("\(why)")
        }
    }

    /// RFC 8689, section 4.2.1: the name of the host is proven, TLS works, the certificate verifies, and the keyword is
    /// there inside TLS. What is certain to be missing sends the message back, whatever else is not known.
    private var underREQUIRETLS: Ending {
        overTLS(else: .bounced) { session, keywords in
            guard keywords.offers("REQUIRETLS") else { return (.bounced, "It does not offer REQUIRETLS inside TLS.") }
            let demands = [nameIsProven, certificateVerifies(session)]
            if let missing = demands.first(where: { $0.outcome == .bounced }) { return missing }
            if let open = demands.first(where: { $0.outcome == .unknown }) { return open }
            return (.authenticated, "REQUIRETLS is offered, the host is proven and its certificate verifies.")
        }
    }

    /// By DNSSEC, or by the patterns of an MTA-STS policy; what these name does not depend on the mode.
    private var nameIsProven: Ending {
        if isSigned == true { return (.authenticated, "") }
        switch standing {
        case .policy(let document) where document.mode != .none && document.fits(host): return (.authenticated, "")
        case .unknown(let why):
            return (.unknown, "Whether the host\u{2019}s name is proven could not be determined: \(why).")
        case .absent, .unusable, .policy:
            return isSigned == nil
                ? (.unknown, "Whether the MX records are signed could not be determined.")
                : (.bounced, "Neither DNSSEC nor an MTA-STS policy proves the name of the host.")
        }
    }

    private func certificateVerifies(_ session: TLSHandshake) -> Ending {
        guard let problem = problem(session) else { return verified("") }
        switch underDANE {
        case (.authenticated, _): return (.authenticated, "")
        case (.unknown, let why): return (.unknown, why)
        default: return (.bounced, problem.sentence)
        }
    }

    private var insistingOnPKIX: Ending {
        overTLS { session, _ in
            problem(session, commonNameCounts: true).map { (.deferred, $0.sentence) }
                ?? verified("The certificate comes from a public CA and is for the MX host.")
        }
    }

    /// What becomes of mail where every certificate that was seen verifies.
    private func verified(_ reason: String) -> Ending {
        certificateDoubt.map { (.unknown, $0) } ?? (.authenticated, reason)
    }

    /// Why a sender that verifies by PKIX does not accept the certificate, a phrase.
    ///
    /// Postfix takes the common name where there is no name in the subjectAltName; MTA-STS does not (STS-24).
    private func problem(_ session: TLSHandshake, commonNameCounts: Bool = false) -> String? {
        ([session] + others).lazy.compactMap { problem(with: $0, commonNameCounts: commonNameCounts) }.first
    }

    private func problem(with session: TLSHandshake, commonNameCounts: Bool) -> String? {
        var chain = CertificateChain(session.chain, path: session.path, host: session.serverName)
        if commonNameCounts, let leaf = chain.leaf, leaf.dnsNames.isEmpty, let name = leaf.commonName {
            chain.certificates[0].dnsNames = [name]
        }
        return chain.problems(for: host, at: session.path.checkedAt).first?.description
    }

    /// Whether the answer that led to the host is signed; nil when it cannot be told.
    var isSigned: Bool? {
        guard let mx = mx.value else { return nil }
        if mx.security == .secure { return true }
        if mx.security.indeterminateReason != nil { return nil }
        return validated.value == nil ? nil : false
    }
}

extension MTASTSDocument {
    fileprivate func fits(_ host: DomainName) -> Bool { patterns.contains { $0.matches(host) } }
}
