internal import CheckKit
internal import FoundationEssentials
internal import MailModel

extension Probe {
    /// Compares what the server shows with the records of its host. Usually the conversation's chain is what there is to
    /// compare. Where the TLSA base domain is not the host, because that is an alias, the server is asked once more under
    /// the name that senders then use (RFC 7672, section 8.1). And once for a certificate with another kind of key: senders
    /// differ in what they prefer, and each must find a record that matches. Whatever else the server showed for the same
    /// name in the run is compared as well.
    static let tlsaMatches = Probe.perServer(.following("TLSA comparison").sending(.comparison)) {
        (
            target: ServerTarget, records: TLSARecords, conversation: Conversation, other: Observed<OtherCertificate>,
            second: Observed<SecondConversation>, survey: Incidental<TLSSurvey>
        ) async throws -> TLSAMatches in
        guard let lookup = records.effective else { throw Absence.notApplicable("no TLSA record is usable here") }
        guard !lookup.usable.isEmpty else { throw Absence.notApplicable("no TLSA record can be used") }
        let session = try (conversation.handshake ?? .absent(.unplanned)).get()
        if session.serverName == lookup.base {
            var matches = TLSAMatches([try target.compare(session, lookup)])
            let survey = await survey.settled().value
            for further in second.value?.distinctHandshakes(besides: session, survey) ?? [] {
                matches.chains.append(try target.compare(further, lookup))
            }
            matches.doubt = second.value?.doubt(besides: session, survey)
            try target.add(other, besides: session, lookup, to: &matches)
            return matches
        }
        // The session tried that name, more than once.
        if lookup.base == target.server.host, let how = conversation.nameRefusal {
            throw Absence.failed(
                .repeated(.handshake(reason: "no session for \(lookup.base): \(how)", alert: nil), times: 2))
        }
        // What fails once is no proof.
        let offer = TLSOffer(serverName: lookup.base)
        var shown = try await target.certificate(offer)
        if shown == nil { shown = try await target.certificate(offer) }
        guard let handshake = shown else {
            throw Absence.failed(.repeated(.handshake(reason: "no handshake for \(lookup.base)", alert: nil), times: 2))
        }
        var matches = TLSAMatches([try target.compare(handshake, lookup)])
        guard let leaf = handshake.chain.first else { return matches }
        let key = TLSOffer.Key(otherThan: leaf)
        let second: Observed<OtherCertificate>
        do {
            second = .present(
                OtherCertificate(key, try await target.certificate(TLSOffer(serverName: lookup.base, key: key))))
        } catch let why as Absence {
            second = .absent(why)
        }
        try target.add(second, besides: handshake, lookup, to: &matches)
        return matches
    }
}

extension ServerTarget {
    fileprivate func compare(_ handshake: TLSHandshake, _ lookup: TLSALookup, key: TLSOffer.Key? = nil) throws
        -> ComparedChain
    {
        let matches = try wire.pki.match(lookup.usable, chain: handshake.chain.map { Array($0.der) })
        return ComparedChain(serverName: lookup.base, key: key, certificates: handshake.chain, matches: matches)
    }

    /// Compares the certificate with the other kind of key, if there is one, or notes why that is not known.
    fileprivate func add(
        _ other: Observed<OtherCertificate>, besides known: TLSHandshake, _ lookup: TLSALookup,
        to matches: inout TLSAMatches
    ) throws {
        switch other {
        case .absent(.notApplicable): break
        case .absent(let why): matches.otherKeyUnknown = why.description
        case .present(let other):
            guard let handshake = other.handshake, let second = handshake.chain.first,
                second.der != known.chain.first?.der
            else { return }
            matches.chains.append(try compare(handshake, lookup, key: other.key))
        }
    }
}

extension Traffic {
    fileprivate static let comparison = Traffic.connections(
        0...2, "the certificate under the name of the TLSA records", labelled: "TLS for")
}
