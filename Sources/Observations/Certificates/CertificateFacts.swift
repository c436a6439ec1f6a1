// In the TLS handshake a server shows a chain of certificates (RFC 5280): its own, then the issuer of each.
//
//     leaf            CN=mx.example.com    names the host and holds the key of the handshake
//     intermediate    CN=Some CA R3        signed the leaf; sent along, because senders do not know it
//     trust anchor    CN=Some Root         signed the intermediate; senders know it, so it need not be sent
//
// A sender that verifies builds a path from the leaf to one of its trust anchors, and then compares the names in the leaf
// with the MX host. Whether there is a path depends on the anchors of the moment, so it was recorded when the chain was
// seen; dates, names and strength are judged from the certificates.
public import CheckKit
package import FoundationEssentials
public import MailModel

/// The certificates a server showed in the conversation's TLS session, and the path from its own to a trust anchor.
public struct CertificateChain: ServerFact, Hashable {
    /// `certificate.chain`.
    public static let id: FactID = "certificate.chain"

    /// The certificates as they were sent, the leaf first; empty for an anonymous suite.
    public var certificates: [Certificate]
    /// The path from the leaf to a trust anchor, or what is wrong with it.
    public var path: CertificatePath
    /// The MX host we connected to: the name sent as SNI, and the one to compare with.
    public var host: DomainName?

    /// Whether secure TLSA records authenticate the server, as of the moment the chain was seen: then it does not matter
    /// who issued the certificate, for whom and for how long. RFC 7672, section 3.1.
    public var isAuthenticatedByDANE: Bool
    /// Why it cannot be told whether DANE authenticates the server; nil when it can. A failed TLSA lookup is not an absence.
    public var daneDoubt: String?

    /// Other chains that the server showed in further handshakes with the same SNI: two machines behind one address. What
    /// senders get is any of them, so that all of them are judged.
    public var others: [CertificateChain]
    /// Why it cannot be told whether there are more; one sentence, nil where it can.
    public var doubt: String?

    /// A chain with its path.
    public init(
        _ certificates: [Certificate], path: CertificatePath, host: DomainName?, isAuthenticatedByDANE: Bool = false,
        daneDoubt: String? = nil, others: [CertificateChain] = []
    ) {
        self.others = others
        self.certificates = certificates
        self.path = path
        self.host = host
        self.isAuthenticatedByDANE = isAuthenticatedByDANE
        self.daneDoubt = daneDoubt
    }

    /// The server's own certificate.
    public var leaf: Certificate? { certificates.first }
}

extension Derivation {
    /// The chain of the conversation's TLS session.
    static let certificateChain = Derivation.perServer {
        (
            session: TLSSession, host: MailHost, second: Observed<SecondConversation>, records: Observed<TLSARecords>,
            matches: Observed<TLSAMatches>, mx: Observed<MXRecords>, dane: Wanted<TLSARecords>,
            survey: Incidental<TLSSurvey>
        ) throws(Absence) -> CertificateChain in
        let isAuthenticated = DANEVerification.authenticates(
            records, matches, mx, at: session.handshake.path.checkedAt)
        let doubt = DANEVerification.doubt(records, matches, mx, isPlanned: dane.isWanted)
        let known = session.handshake
        var chains = ([known] + (second.value?.distinctHandshakes(besides: known, survey.value) ?? [])).map {
            CertificateChain(
                $0.chain, path: $0.path, host: session.handshake.serverName ?? host.name,
                isAuthenticatedByDANE: isAuthenticated,
                daneDoubt: doubt)
        }
        var first = chains.removeFirst()
        first.others = chains
        first.doubt = second.value?.doubt(besides: known, survey.value)
        return first
    }
}

extension CertificateChain {
    /// Leaves out what nobody relies on: where DANE authenticates the server, a certificate that PKIX would refuse is valid
    /// all the same. RFC 7672, section 3.1.1.
    package func excusing<Code: FindingCode>(_ verdict: Verdict<Code>) -> Verdict<Code> {
        let issues: [Issue<Code>]
        switch verdict {
        case .found(let found), .partly(let found, _): issues = found
        case .passed, .notApplicable, .inconclusive: return verdict
        }
        guard issues.contains(where: { $0.code.severity >= .error }) else { return verdict }
        if let daneDoubt {
            return .inconclusive("Whether DANE makes the certificate valid could not be determined: \(daneDoubt).")
        }
        guard isAuthenticatedByDANE else { return verdict }
        return .notApplicable("DANE authenticates the server, so senders need nothing else of its certificate.")
    }
}

/// One certificate on the path from the leaf towards the trust anchor.
package struct PathElement: Hashable {
    package let certificate: Certificate
    /// 0 is the leaf.
    package let depth: Int
    /// Whether the path begins here: nobody else vouches for this certificate, so its own signature proves nothing
    /// and is not verified. RFC 8446, section 4.2.3.
    package let isBeginning: Bool

    /// The start of a sentence about this certificate.
    package var title: String {
        guard depth > 0 else { return "The certificate" }
        return "The issuer\u{2019}s certificate \u{201C}\(certificate.subject.shortened)\u{201D}"
    }
}

extension CertificateChain {
    /// The sent certificates that lie on the path, the leaf first. What a server sends beside them (an old cross-signed
    /// certificate, say) no sender relies on, so nothing is held against it.
    package var elements: [PathElement] {
        guard let leaf else { return [] }
        let known = path.certificates.filter(certificates.indices.contains).map { certificates[$0] }
        let found = known.isEmpty ? [leaf] : known
        let endsEarly = path.problems.contains { $0.kind == .missingIssuer }
        return found.enumerated().map { depth, certificate in
            PathElement(
                certificate: certificate, depth: depth,
                isBeginning: depth == found.count - 1 && certificate.isSelfIssued && !endsEarly)
        }
    }
}

extension CertificateChain {
    /// The trust anchor at the end of the path, where an instant is outside its dates; nil also where the anchor is a
    /// certificate on the path that is judged by its own. OpenSSL and GnuTLS refuse such a path.
    package func anchorOutsideItsDates(at instant: Date) -> CertificatePath.TrustAnchor? {
        guard let anchor = path.anchor, instant < anchor.notBefore || instant > anchor.notAfter else { return nil }
        let isJudged = elements.contains { element in
            (element.depth == 0 || !element.isBeginning) && element.certificate.subject == anchor.subject
                && element.certificate.notAfter == anchor.notAfter
        }
        return isJudged ? nil : anchor
    }
}

extension Certificate {
    /// Whether an instant lies within the validity; both ends belong to it. RFC 5280, section 4.1.2.5.
    package func isValid(at instant: Date) -> Bool { notBefore <= instant && instant <= notAfter }
}

extension String {
    /// At most 80 characters: names in certificates are chosen by whoever made them.
    package var shortened: String { shortened(to: 80) }
}

extension PathElement {
    /// The hash of a signature that senders rely on, where collisions can be found for it: those that verify refuse it.
    package var brokenHash: String? {
        guard !isBeginning, let hash = certificate.signatureHash else { return nil }
        return Self.brokenHashes[hash.uppercased()]
    }

    /// Hashes for which collisions can be found, by OpenSSL's names.
    private static let brokenHashes = [
        "MD2": "MD2", "MD4": "MD4", "MD5": "MD5", "MD5-SHA1": "MD5 and SHA-1", "SHA": "SHA-0", "SHA1": "SHA-1",
    ]
}
