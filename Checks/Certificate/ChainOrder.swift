internal import MailModel
internal import Observations

/// How the certificates that a server sends stand to the path from its leaf. RFC 5246, section 7.4.2: the leaf comes first,
/// each one behind it certifies the one before, and the root may be left out.
struct ChainOrder: Hashable {
    /// Whether the issuers come in another order than that of the path.
    let isShuffled: Bool
    /// Sent certificates that certify nothing else that was sent.
    let extra: [Certificate]
    /// Sent certificates that are there more than once, each once.
    let repeated: [Certificate]
    /// The root at the end of the path, if it was sent: who trusts it has it.
    let root: Certificate?

    init(_ chain: CertificateChain) {
        let sent = chain.certificates
        let path = chain.path.certificates.filter(sent.indices.contains)
        isShuffled = path != path.sorted()
        let copies = sent.indices.filter { index in
            !sent[index].der.isEmpty && sent[..<index].contains { $0.der == sent[index].der }
        }
        repeated = Set(copies.map { sent[$0] }).sorted { $0.subject < $1.subject }
        // A certificate that vouches for another one serves senders with other trust anchors: a cross-signed root, say.
        extra = sent.indices.dropFirst().filter { index in
            if path.contains(index) { return false }
            if copies.contains(index) { return false }
            return !sent.indices.contains { $0 != index && sent[$0].issuer == sent[index].subject }
        }.map { sent[$0] }
        let last = path.last.map { sent[$0] }
        root = path.count > 1 && chain.path.isTrusted && last?.isSelfIssued == true ? last : nil
    }
}
