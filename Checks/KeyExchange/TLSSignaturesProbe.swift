internal import CheckKit
internal import MailModel
internal import Observations
internal import TLSHello

extension Probe {
    /// One hello for each kind of signature, in TLS 1.2.
    static let tlsSignatures = Probe.perAddress(
        .testing("signature algorithms").sending(.signatures),
        drafting: TLSSignatures()
    ) {
        (target: AddressTarget, draft: Draft<TLSSignatures>, survey: TLSSurvey, versions: TLSVersions) async throws
            -> Void
        in
        switch versions[.tls12]?.kind {
        case .supported: break
        case .refused:
            return note(draft, TLSSignatureKind.allCases, .notApplicable, "TLS 1.2 is not offered")
        case .inconclusive, nil:
            return note(
                draft, TLSSignatureKind.allCases, .inconclusive, versions[.tls12]?.detail ?? "TLS 1.2 was not asked for"
            )
        }
        let server = MailServer(host: survey.host, address: target.address)
        let questioner = target.questioner(server, label: "signatures")
        await withDiscardingTaskGroup { group in
            for kind in TLSSignatureKind.allCases {
                group.addTask {
                    let answer = await kind.ask(questioner, survey.host)
                    draft.update { $0.note(answer) }
                }
            }
        }
        try Task.checkCancellation()
    }

    private static func note(
        _ draft: Draft<TLSSignatures>, _ kinds: [TLSSignatureKind], _ kind: TLSSignatureAnswer.Kind, _ detail: String
    ) {
        draft.update { fact in
            for name in kinds { fact.note(TLSSignatureAnswer(name, kind, detail)) }
        }
    }
}

extension TLSSignatureKind {
    /// Every likely suite that is signed for, with the schemes of this kind alone. Hanging up counts when it happens twice.
    fileprivate func ask(_ questioner: Questioner, _ host: DomainName) async -> TLSSignatureAnswer {
        let suites = (Enumeration.suiteLists(.tls12).first ?? []).filter {
            CipherSuite.with(code: $0)?.needsSignature == true
        }
        let offer = HelloOffer(
            versions: [.tls12], suites: suites, groups: TLSClass.allCurves, signatureSchemes: schemes, serverName: host)
        do throws(Obstacle) {
            for _ in 0..<2 {
                switch try await questioner.ask(offer) {
                case .chosen(let choice): return heard(choice)
                case .alert: return TLSSignatureAnswer(self, .refused)
                case .hungUp: continue
                case .unreadable(let why): return TLSSignatureAnswer(self, .inconclusive, why)
                }
            }
            let isTired = await questioner.answers == 0
            return TLSSignatureAnswer(
                self, isTired ? .inconclusive : .refused, isTired ? "the server hung up on every hello" : nil)
        } catch {
            return TLSSignatureAnswer(self, .inconclusive, error.description)
        }
    }

    /// Some servers sign as they like, whatever the client lists.
    private func heard(_ choice: ServerChoice) -> TLSSignatureAnswer {
        guard let scheme = choice.signatureScheme else {
            return TLSSignatureAnswer(self, .inconclusive, "the server did not say how it signs")
        }
        return schemes.contains(scheme)
            ? TLSSignatureAnswer(self, .made, SignatureScheme.name(of: scheme)) : TLSSignatureAnswer(self, .refused)
    }
}

extension Traffic {
    fileprivate static let signatures = Traffic.connections(
        0...8, "weak signature algorithms; no handshake is completed", labelled: "signatures")
}
