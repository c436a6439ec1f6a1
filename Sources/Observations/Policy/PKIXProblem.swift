package import FoundationEssentials
package import MailModel

/// Why a sender that verifies by PKIX does not accept a certificate for a host. RFC 8461, sections 3.3 and 4.2.
package enum PKIXProblem: Hashable, Sendable {
    /// No path to a trust anchor, and why.
    case untrusted(String)
    /// A certificate on the path is outside its dates.
    case outsideDates(String)
    /// The certificate is not for the host.
    case wrongName(String)

    /// A phrase without a full stop.
    package var description: String {
        switch self {
        case .untrusted(let text), .outsideDates(let text), .wrongName(let text): text
        }
    }
}

extension CertificateChain {
    /// Everything that keeps a sender from accepting this chain for a host; names of the subjectAltName alone count.
    ///
    /// A trust anchor is a name and a key, and its dates do not matter (RFC 5280, section 6.1.1); but OpenSSL and GnuTLS, with
    /// which senders verify, refuse one outside its dates, so that this is what happens to mail.
    ///
    /// Of several chains that a server shows, the first that is refused speaks: a sender may get any of them.
    package func problems(for host: DomainName, at instant: Date) -> [PKIXProblem] {
        let own = ownProblems(for: host, at: instant)
        return own.isEmpty
            ? others.lazy.map { $0.ownProblems(for: host, at: instant) }.first { !$0.isEmpty } ?? [] : own
    }

    private func ownProblems(for host: DomainName, at instant: Date) -> [PKIXProblem] {
        guard let leaf else { return [.untrusted("it shows no certificate")] }
        var problems: [PKIXProblem] = []
        if let problem = path.problems.first {
            problems.append(.untrusted(problem.inWords))
        } else if let hash = elements.lazy.compactMap(\.brokenHash).first {
            problems.append(.untrusted("its certificate is signed with \(hash), which can be forged"))
        }
        for element in elements where element.depth == 0 || !element.isBeginning {
            let name = element.depth == 0 ? "its certificate" : "the certificate of an issuer"
            if instant > element.certificate.notAfter {
                problems.append(.outsideDates("\(name) expired on \(element.certificate.notAfter.day)"))
            } else if instant < element.certificate.notBefore {
                problems.append(.outsideDates("\(name) is not valid before \(element.certificate.notBefore.day)"))
            }
        }
        if let anchor = anchorOutsideItsDates(at: instant) {
            let name = "the trust anchor \u{201C}\(anchor.subject.escapedForTerminal.shortened)\u{201D}"
            let when =
                instant > anchor.notAfter
                ? "expired on \(anchor.notAfter.day)" : "is not valid before \(anchor.notBefore.day)"
            problems.append(.outsideDates("\(name) \(when)"))
        }
        if !leaf.dnsNames.contains(where: { DNSIdentity($0)?.matches(host) == true }) {
            problems.append(.wrongName("its certificate is not for \(host)\(leaf.whatFor)"))
        }
        return problems
    }
}

extension CertificatePath.Problem {
    fileprivate var inWords: String {
        switch kind {
        case .selfSigned: "its certificate is self-signed"
        case .untrustedIssuer: "its certificate comes from a private CA"
        case .missingIssuer: "the issuer of its certificate was not sent and is no trust anchor"
        case .badSignature, .notAllowed, .wrongPurpose, .other: "its chain is not valid: \(detail)"
        }
    }
}

extension Certificate {
    /// `, but for …`, with at most three names.
    fileprivate var whatFor: String {
        guard !dnsNames.isEmpty else { return ": it has no name in its subjectAltName" }
        let names = dnsNames.prefix(3).map { $0.escapedForTerminal.shortened }.joined(separator: ", ")
        return ", but for \(names)" + (dnsNames.count > 3 ? " and \(dnsNames.count - 3) more" : "")
    }
}

extension Date {
    /// Year, month and day.
    fileprivate var day: String { formatted(.iso8601.year().month().day()) }
}
