internal import MailModel

/// How the certificates that a server sends stand to the path from its leaf. RFC 5246, section 7.4.2: the leaf comes first,
/// each one behind it certifies the one before, and the root may be left out.
struct ChainOrder: Hashable {
    /// Whether the issuers come in another order than that of the path.
    let isShuffled: Bool
    /// Sent certificates that certify nothing else that was sent, and copies.
    let extra: [Certificate]
    /// The root at the end of the path, if it was sent: who trusts it has it.
    let root: Certificate?

    init(_ chain: CertificateChain) {
        let sent = chain.certificates
        let path = chain.path.certificates.filter(sent.indices.contains)
        isShuffled = path != path.sorted()
        // A certificate that vouches for another one serves senders with other trust anchors: a cross-signed root, say.
        extra = sent.indices.dropFirst().filter { index in
            if path.contains(index) { return false }
            if sent.indices.contains(where: {
                $0 < index && sent[$0].der == sent[index].der && !sent[index].der.isEmpty
            }) {
                return true
            }
            return !sent.indices.contains { $0 != index && sent[$0].issuer == sent[index].subject }
        }.map { sent[$0] }
        let last = path.last.map { sent[$0] }
        root = path.count > 1 && chain.path.isTrusted && last?.isSelfIssued == true ? last : nil
    }
}
