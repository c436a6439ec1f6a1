internal import CheckKit
internal import MailModel
internal import TLSHello

extension Probe {
    /// Asks an address about classes of suites and groups: from five connections where nothing is weak.
    static let tlsClasses = Probe.perAddress(drafting: TLSClasses()) {
        (target: AddressTarget, draft: Draft<TLSClasses>, plan: TLSVersionPlan, versions: Pending<TLSVersions>)
            async throws -> Void in
        let inquiry = TLSClassInquiry(
            questioner: target.questioner(plan.server, label: "cipher classes"), draft: draft, plan: plan)
        await inquiry.run(versions)
        try Task.checkCancellation()
    }
}

private struct TLSClassInquiry: Sendable {
    let questioner: Questioner
    let draft: Draft<TLSClasses>
    let plan: TLSVersionPlan

    /// The questions are independent of one another; only the one about the oldest versions waits for what is known of them.
    func run(_ versions: Pending<TLSVersions>) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await ask(TLSClass.weak, in: [.ssl3, .tls10, .tls11, .tls12]) }
            group.addTask { await ask([.finiteField], in: [.tls10, .tls11, .tls12]) }
            group.addTask { await ask([.postQuantum], in: [.tls13], groups: TLSClass.postQuantumGroups) }
            group.addTask { await ask([.shortCurve], in: [.tls10, .tls11, .tls12], groups: TLSClass.shortCurves) }
            group.addTask { await askForForwardSecrecy() }
            group.addTask { await askOldVersions(versions) }
        }
    }

    /// TLS 1.1 did away with export suites and TLS 1.2 with DES: a server may accept them in older versions only.
    /// RFC 4346, appendix A.5; RFC 5469.
    private func askOldVersions(_ versions: Pending<TLSVersions>) async {
        let old = await versions.observed().value?.answers.first { $0.version == .tls10 }
        if old?.kind == .refused { return }
        let open = TLSClass.weak.filter { draft.fact[$0]?.kind != .accepted }
        await ask(open, in: [.ssl3, .tls10])
    }

    /// The session's suite usually says it.
    private func askForForwardSecrecy() async {
        let shown = plan.known.first { $0.detail.flatMap { CipherSuite.named($0) }?.hasForwardSecrecy == true }
        guard let shown else { return await ask([.forwardSecrecy], in: [.tls10, .tls11, .tls12]) }
        let answer = TLSClassAnswer(.forwardSecrecy, .accepted, version: shown.version, suite: shown.detail)
        draft.update { $0.note(answer) }
    }

    private func ask(_ classes: [TLSClass], in versions: Set<TLSVersion>, groups: [UInt16]? = nil) async {
        guard !classes.isEmpty else { return }
        let shape = HelloOffer(
            versions: versions, suites: [], groups: groups ?? TLSClass.usualGroups, serverName: plan.server.host)
        let question = ClassQuestion(
            classes.map { name in ClassQuestion.Class(name.rawValue) { name.contains($0) } }, versions: versions,
            shape: shape)
        let result = await question.run(questioner)
        let connections = await questioner.connections
        draft.update { fact in
            for name in classes { fact.note(TLSClassAnswer(name, result)) }
            fact.connections = max(fact.connections, connections)
        }
    }
}

extension TLSClassAnswer {
    /// What a question told of one class.
    fileprivate init(_ name: TLSClass, _ result: ClassQuestion.Result) {
        if let choice = result.accepted[name.rawValue] {
            self.init(
                name, .accepted, version: choice.version, suite: CipherSuite.name(of: choice.suite),
                group: choice.group.map { NamedGroup.name(of: $0) }, parameters: choice.parameters)
        } else if result.refused.contains(name.rawValue) {
            self.init(name, .refused)
        } else {
            self.init(name, .inconclusive, detail: result.obstacle?.description ?? "not asked")
        }
    }
}

extension TLSClass {
    /// The classes that one question asks about.
    static let weak: [TLSClass] = [.null, .export, .rc4, .des, .tripleDES, .anonymous, .staticKeys]

    /// Groups that any server with a curve has one of; the curve of an ECDSA certificate must be among them.
    static let usualGroups: [UInt16] = NamedGroup.all.filter { $0.kind == .curve && $0.fits(.tls12) && $0.bits >= 224 }
        .map(\.code)
    static let shortCurves: [UInt16] = NamedGroup.all.filter { $0.kind == .curve && $0.bits < 224 }.map(\.code)
    static let postQuantumGroups: [UInt16] = NamedGroup.all.filter(\.isPostQuantum).map(\.code)

    /// Whether a suite belongs to the class. Suites that need a secret shared beforehand belong to none: no stranger can
    /// use them.
    func contains(_ suite: CipherSuite) -> Bool {
        guard [.rsa, .dss, .ecdsa, .anonymous, .any].contains(suite.authentication) else { return false }
        switch self {
        case .null: return suite.cipher == .null
        case .export: return suite.isExport
        case .rc4: return suite.cipher == .rc4
        case .des: return suite.cipher == .des && !suite.isExport
        case .tripleDES: return suite.cipher == .tripleDES
        case .anonymous: return suite.authentication == .anonymous
        case .staticKeys: return [.rsa, .dh, .ecdh].contains(suite.keyExchange)
        case .forwardSecrecy: return suite.hasForwardSecrecy && suite.isSound
        case .finiteField: return suite.keyExchange == .dhe && suite.isSound
        case .shortCurve: return suite.keyExchange == .ecdhe && suite.isSound
        case .postQuantum: return suite.isTLS13
        }
    }
}

extension CipherSuite {
    /// Encrypted and authenticated as today's servers do it.
    fileprivate var isSound: Bool { effectiveBits >= 112 && authentication != .anonymous && cipher != .rc4 }
}
