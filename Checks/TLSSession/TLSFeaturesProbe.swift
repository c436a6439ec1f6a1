internal import CheckKit
internal import MailModel
internal import Observations
internal import TLSHello

extension Probe {
    /// Four to six hellos, each with a question that no other hello asks; no handshake is completed.
    static let tlsFeatures = Probe.perAddress(.testing("TLS features").sending(.features), drafting: TLSFeatures()) {
        (target: AddressTarget, draft: Draft<TLSFeatures>, survey: TLSSurvey, versions: TLSVersions)
            async throws -> Void in
        let server = MailServer(host: survey.host, address: target.address)
        let inquiry = TLSFeatureInquiry(
            questioner: target.questioner(server, label: "TLS features"), draft: draft, host: survey.host,
            supported: versions.versions(.supported).filter { $0 > .ssl2 },
            isKnown: versions.versions(.inconclusive).isEmpty, weak: survey.weakClasses)
        await inquiry.run()
        try Task.checkCancellation()
    }
}

private struct TLSFeatureInquiry: Sendable {
    let questioner: Questioner
    let draft: Draft<TLSFeatures>
    let host: DomainName
    let supported: [TLSVersion]
    /// Whether it is known of each version whether the server offers it.
    let isKnown: Bool
    /// The classes of suites without forward secrecy or with less than 128 bits that may be accepted.
    let weak: [TLSClass]

    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await askAboutOrder() }
            group.addTask { await askAboutRecords() }
            group.addTask { await askAboutFallback() }
            group.addTask { await askAboutName(.noServerName, nil) }
            group.addTask { await askAboutName(.unknownServerName, Self.unknownName) }
        }
    }

    /// A name that nobody can have. RFC 6761, section 6.4.
    private static let unknownName = DomainName(labels: [Array("unknown-name".utf8), Array("invalid".utf8)])

    private var older: Set<TLSVersion> { Set(supported.filter { $0 < .tls13 }) }

    /// CBC suites alone show how they are protected; compression is offered along. Where no CBC suite is accepted, other
    /// suites show whether there is compression.
    private func askAboutRecords() async {
        let records: [TLSFeature] = [.encryptThenMAC, .truncatedHMAC, .compression, .heartbeat]
        guard !older.isEmpty else {
            return note(
                records, isKnown ? .notApplicable : .inconclusive, "no version before TLS 1.3 is known to be offered")
        }
        do throws(Obstacle) {
            switch try await ask(Self.suites { $0.mode == "CBC" }, oldFeatures: true) {
            case .chosen(let choice):
                note([.encryptThenMAC], choice.has(.encryptThenMAC) ? .yes : .no, CipherSuite.name(of: choice.suite))
                note([.truncatedHMAC], choice.has(.truncatedHMAC) ? .yes : .no)
                noteOldFeatures(choice)
            case .alert(let alert):
                note([.encryptThenMAC, .truncatedHMAC], .notApplicable, "no CBC suite is accepted (alert \(alert))")
                try await askWithoutCBC()
            case .hungUp: note(records, .inconclusive, "the server hung up")
            case .unreadable(let why): note(records, .inconclusive, why)
            }
        } catch {
            let open = records.filter { draft.fact[$0] == nil }
            note(open, .inconclusive, error.description)
        }
    }

    private func askWithoutCBC() async throws(Obstacle) {
        switch try await ask(Self.suites { $0.isAEAD }, oldFeatures: true) {
        case .chosen(let choice): noteOldFeatures(choice)
        case let answer: note([.compression, .heartbeat], .inconclusive, answer.inWords)
        }
    }

    private func noteOldFeatures(_ choice: ServerChoice) {
        note([.compression], choice.compression == 0 ? .no : .yes)
        note([.heartbeat], choice.has(.heartbeat) ? .yes : .no)
    }

    /// The signal belongs to a hello that offers less than the client could: the newest version but one that the server has.
    private func askAboutFallback() async {
        guard supported.count > 1, let second = supported.dropLast().last else {
            return note(
                [.fallbackSignal], isKnown ? .notApplicable : .inconclusive, "only one version is known to be offered")
        }
        do throws(Obstacle) {
            let suites = Self.suites { $0.fits(second) } + [CipherSuite.Signal.fallback]
            switch try await ask(suites, versions: [second]) {
            case .chosen: note([.fallbackSignal], .no, "\(second) was negotiated")
            case .alert(let alert) where alert.code == 86: note([.fallbackSignal], .yes)
            case let answer: note([.fallbackSignal], .inconclusive, answer.inWords)
            }
        } catch {
            note([.fallbackSignal], .inconclusive, error.description)
        }
    }

    /// Weaker suites first, then the recommended ones: only a server that prefers these chooses one of them. One that did
    /// not may not have them at all.
    private func askAboutOrder() async {
        guard older.contains(.tls12) else {
            return note(
                [.recommendedFirst], isKnown ? .notApplicable : .inconclusive, "TLS 1.2 is not known to be offered")
        }
        let weaker = Self.suites { suite in suite.fits(.tls12) && weak.contains { $0.contains(suite) } }
        guard !weaker.isEmpty else { return note([.recommendedFirst], .yes, "nothing weaker is accepted") }
        do throws(Obstacle) {
            let answer = try await ask(weaker + Self.recommended, versions: [.tls12])
            guard let choice = answer.choice else {
                return note(
                    [.recommendedFirst], answer.isRefusal ? .notApplicable : .inconclusive, answer.inWords)
            }
            if Self.recommended.contains(choice.suite) { return note([.recommendedFirst], .yes) }
            let alone = try await ask(Self.recommended, versions: [.tls12])
            let kind: TLSFeatureAnswer.Kind =
                alone.choice != nil ? .no : alone.isRefusal ? .notApplicable : .inconclusive
            note([.recommendedFirst], kind, kind == .no ? CipherSuite.name(of: choice.suite) : alone.inWords)
        } catch {
            note([.recommendedFirst], .inconclusive, error.description)
        }
    }

    /// `TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256` and `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`.
    private static let recommended: [UInt16] = [0xC02B, 0xC02F]

    /// A refusal is one of the name only where the same hello with the host's own name is accepted.
    private func askAboutName(_ feature: TLSFeature, _ name: DomainName?) async {
        let versions: Set<TLSVersion> = older.isEmpty ? [.tls13] : older
        let suites = Self.suites { suite in versions.contains { suite.fits($0) } }
        do throws(Obstacle) {
            let answer = try await ask(suites, versions: versions, name: name)
            if answer.choice != nil { return note([feature], .yes) }
            let ownName = try await ask(suites, versions: versions, name: host)
            note([feature], ownName.choice == nil ? .inconclusive : .no, answer.inWords)
        } catch {
            note([feature], .inconclusive, error.description)
        }
    }

    private func ask(
        _ suites: [UInt16], versions: Set<TLSVersion>? = nil, oldFeatures: Bool = false
    ) async throws(Obstacle) -> HelloAnswer {
        try await ask(suites, versions: versions ?? older, name: host, oldFeatures: oldFeatures)
    }

    /// One hello; with compression and heartbeat only where they are the question, for a middlebox may stumble over them.
    private func ask(
        _ suites: [UInt16], versions: Set<TLSVersion>, name: DomainName?, oldFeatures: Bool = false
    ) async throws(Obstacle) -> HelloAnswer {
        var offer = HelloOffer(
            versions: versions, suites: suites, serverName: name,
            extensions: [.encryptThenMAC, .truncatedHMAC, .extendedMasterSecret, .sessionTicket, .renegotiationInfo],
            offersCompression: oldFeatures, depth: .choice)
        if oldFeatures { offer.extensions.insert(.heartbeat) }
        return try await questioner.ask(offer)
    }

    private func note(_ features: [TLSFeature], _ kind: TLSFeatureAnswer.Kind, _ detail: String? = nil) {
        draft.update { fact in
            for name in features { fact.note(TLSFeatureAnswer(name, kind, detail)) }
        }
    }

    /// Suites that strangers use, of a kind; the likely ones, so that the hello stays small.
    private static func suites(_ isWanted: (CipherSuite) -> Bool) -> [UInt16] {
        CipherSuite.all.filter { suite in
            [.rsa, .ecdsa, .any].contains(suite.authentication)
                && [.rsa, .dhe, .ecdhe, .any].contains(suite.keyExchange)
                && [.aes, .chacha20, .camellia, .tripleDES].contains(suite.cipher) && !suite.isExport && isWanted(suite)
        }.map(\.code)
    }
}

extension TLSSurvey {
    /// What the survey did not see refused of the weaker classes.
    fileprivate var weakClasses: [TLSClass] {
        [.rc4, .des, .tripleDES, .staticKeys].filter { classes?[$0]?.kind != .refused }
    }
}

extension HelloAnswer {
    fileprivate var isRefusal: Bool { if case .alert = self { true } else { false } }

    /// What is no choice, as a phrase.
    fileprivate var inWords: String {
        switch self {
        case .chosen: "the server went on"
        case .alert(let alert): "the server answered with the alert \(alert)"
        case .hungUp: "the server hung up"
        case .unreadable(let why): why
        }
    }
}

extension Traffic {
    fileprivate static let features = Traffic.connections(
        1...8, "compression, extensions and other features; no handshake is completed", labelled: "TLS features")
}
