internal import CheckKit
internal import MailModel
internal import TLSHello

extension Probe {
    /// Enumerates every version that is offered. The least possible is one connection for each suite and one for the end
    /// of each list; `Enumeration` says what else is needed and why.
    static let tlsSuites = Probe.perAddress(
        .testing("every cipher suite and group").sending(.suites),
        drafting: TLSSuites()
    ) {
        (target: AddressTarget, draft: Draft<TLSSuites>, survey: TLSSurvey, versions: TLSVersions) async throws
            -> Void
        in
        let server = MailServer(host: survey.host, address: target.address)
        let questioner = target.questioner(server, label: "cipher suites")
        let shape = HelloOffer(versions: [], suites: [], serverName: survey.host)
        await withDiscardingTaskGroup { group in
            for answer in versions.answers where answer.version >= .ssl3 {
                guard answer.kind == .supported else {
                    let doubt = answer.kind == .inconclusive ? answer.detail ?? "it could not be determined" : nil
                    draft.update { $0.note(TLSVersionSuites(answer.version, suites: [], doubt: doubt)) }
                    continue
                }
                group.addTask {
                    let lanes = answer.version < .tls13 ? target.settings.connectionsPerServer : 1
                    let refused = survey.refusedSuites(of: answer.version)
                    let result = await Enumeration(shape: shape, lanes: lanes)
                        .run(answer.version, without: refused, questioner)
                    let connections = await questioner.connections
                    draft.update { suites in
                        suites.note(TLSVersionSuites(result))
                        suites.connections = max(suites.connections, connections)
                    }
                }
            }
        }
        try Task.checkCancellation()
    }
}

extension TLSSurvey {
    /// The suites of a version that the survey has offered and the server refused. Classes were asked for in TLS 1.2 and in
    /// TLS 1.0, with all that is older on offer too: the newest that the server speaks answers.
    fileprivate func refusedSuites(of version: TLSVersion) -> Set<UInt16> {
        guard version == .tls12 || version == .tls10 else { return [] }
        let refused = TLSClass.weak.filter { classes?[$0]?.kind == .refused }
        return Set(CipherSuite.all.filter { suite in refused.contains { $0.contains(suite) } }.map(\.code))
    }
}

extension TLSVersionSuites {
    /// What an enumeration found.
    fileprivate init(_ result: Enumeration.Result) {
        let primes = Set(
            result.choices.compactMap { choice -> KeyParameters? in
                if case .finiteField? = choice.parameters { choice.parameters } else { nil }
            })
        self.init(
            result.version, suites: result.choices.map { CipherSuite.name(of: $0.suite) },
            chooser: result.chooser.map { $0 == .server ? .server : .client },
            groups: result.groups.map { NamedGroup.name(of: $0) },
            groupChooser: result.groupChooser.map { $0 == .server ? .server : .client },
            primes: primes.sorted { $0.bits < $1.bits },
            doubt: result.obstacle?.description)
    }
}

extension KeyParameters {
    /// The size in bits; 0 for a curve.
    fileprivate var bits: Int {
        switch self {
        case .finiteField(let bits, _, _), .rsa(let bits): bits
        case .explicitCurve: 0
        }
    }
}

extension Traffic {
    fileprivate static let suites = Traffic.connections(
        3...280, "each cipher suite and group; no handshake is completed", labelled: "cipher suites")
}
