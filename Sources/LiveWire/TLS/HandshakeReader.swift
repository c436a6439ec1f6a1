internal import FoundationEssentials
internal import MailModel

/// Turns what the handshake showed into the facts that leave the wire: certificates parsed, path judged.
extension TLSHandshake {
    /// Costs a few signature checks; call it off the event loop. Throws `WireFailure.protocolError` for a TLS version that
    /// nobody offered.
    init(_ facts: TLSSessionFacts, offer: TLSOffer, anchors: TrustStore, at instant: Date) throws(WireFailure) {
        guard let version = facts.version else { throw .protocolError("unknown TLS version") }
        let known = facts.chain.compactMap { KnownCertificates.shared.read($0) }
        let chain = known.map(\.handle)
        let staple = facts.staple.map { OCSPReader(chain: chain, anchors: anchors).read($0) }
        self.init(
            version: version, suite: facts.suite, suiteCode: facts.suiteCode, group: facts.group,
            peerSignature: facts.peerSignature, chain: known.map(\.fields),
            path: PathBuilder(anchors: anchors).path(of: chain, at: instant), serverName: offer.serverName,
            extendedMasterSecret: facts.extendedMasterSecret, secureRenegotiation: facts.secureRenegotiation,
            extensions: facts.extensions, staple: staple, asksForCertificate: facts.asksForCertificate,
            keyShare: facts.keyShare)
    }
}
