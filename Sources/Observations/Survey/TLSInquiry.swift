internal import CheckKit
internal import MailModel
internal import TLSHello

/// The questions of a survey. They start side by side; the budget of the address says how many are asked at a time.
struct TLSInquiry: Sendable {
    let questioner: Questioner
    let draft: Draft<TLSSurvey>
    /// Whether it matters if a large ClientHello is answered.
    let asksForLargeHello: Bool
    /// Who is asked, and through which client.
    let server: MailServer
    let smtp: any SMTPClient
    /// Whether the server hung up on a hello, or ended it with an alert, and went along with the same one later: machines take turns,
    /// and one such answer tells nothing.
    let isByChance = Locked(false)

    init(
        questioner: Questioner, draft: Draft<TLSSurvey>, asksForLargeHello: Bool, of server: MailServer,
        over smtp: any SMTPClient
    ) {
        self.server = server
        self.smtp = smtp
        self.questioner = questioner
        self.draft = draft
        self.asksForLargeHello = asksForLargeHello
    }

    func run(_ conversations: Unfolding<Conversation>) async {
        await askAll(conversations)
        // What answers have shown meanwhile need not be asked.
        if draft.fact.versions.map({ $0[.tls12] == nil }) ?? false { await askForTLS12() }
        // By then it is known where one refusal tells nothing, and each is asked for more often.
        if await isRefusingByChance(conversations) {
            await askAll(conversations)
            if draft.fact.versions.map({ $0[.tls12]?.kind != .supported }) ?? false { await askForTLS12() }
        }
        // A session that began again may have come further meanwhile.
        for shown in await conversations.elements(once: { _ in false }).present.compactMap({ $0.handshake?.value }) {
            note(shown)
        }
        await settleAlerts(conversations)
        await settleHangUps(conversations)
        let connections = await questioner.connections
        let wasHungUpOn = await questioner.hangUps > 0
        let isByChance = isByChance.withLock { $0 }
        var tally = await HelloTally(questioner, hangsUpByChance: wasHungUpOn && isByChance)
        tally.refusesByChance = isByChance
        let hellos = tally
        draft.update { survey in
            survey.connections = connections
            survey.hellos = hellos
            survey.classes?.connections = connections
        }
    }

    /// Whether some hellos were refused and not others like them, here or in a session.
    private func isRefusingByChance(_ conversations: Unfolding<Conversation>) async -> Bool {
        let sightings = await conversations.elements { $0.handshake != nil }.present.flatMap { $0.sightings ?? [] }
        let isHungUpOn = await questioner.hangUps > 0
        let brokeOff = sightings.contains { $0.isBreak && $0.stage == .handshake && ($0.isAlert || isHungUpOn) }
        return isByChance.withLock { isChance in
            isChance = isChance || brokeOff
            return isChance
        }
    }

    private func askAll(_ conversations: Unfolding<Conversation>) async {
        // In the order in which they are to come to the server: what leads to further questions is asked first.
        await withDiscardingTaskGroup { group in
            group.addImmediateTask { await askForOldVersions() }
            group.addImmediateTask { await askForClasses(TLSClass.weak, upTo: .tls12) }
            group.addImmediateTask {
                await askForClasses([.shortCurve, .finiteField], upTo: .tls12, TLSClass.shortCurves)
            }
            group.addImmediateTask { await askForSSL2() }
            group.addImmediateTask { await askForNewest(conversations) }
        }
    }

    /// All at once first: a server takes the newest version that both speak (RFC 5246, appendix E.1), so one refusal settles
    /// them all. A server that goes along speaks old versions; then each that is left is asked for side by side.
    private func askForOldVersions() async {
        guard draft.fact.versions != nil else { return await askForClassesOfOldVersions() }
        let old: [TLSVersion] = [.ssl3, .tls10, .tls11]
        let heard = await hearOfVersions(Set(old), .tls11)
        guard case .choice(let choice) = heard, old.contains(choice.version) else {
            note(old, heard)
            return await askForClassesOfOldVersions()
        }
        note(old.filter { $0 > choice.version }, .refused, "the server chose \(choice.version)")
        // A weak suite that it took need not be asked for.
        note(TLSClass.weak.filter { $0.contains(choice) }.map { TLSClassAnswer($0, choice) })
        await withDiscardingTaskGroup { group in
            for version in old where version < choice.version {
                group.addTask { await askForOld(version, from: old) }
            }
            group.addTask { await askForClassesOfOldVersions() }
        }
    }

    private func askForOld(_ version: TLSVersion, from old: [TLSVersion]) async {
        let heard = await hearOfVersions(Set(old.filter { $0 <= version }), version)
        if case .choice(let choice) = heard, choice.version < version {
            note([version], .refused, "the server chose \(choice.version)")
        } else {
            note([version], heard)
        }
    }

    private func askForSSL2() async {
        guard draft.fact.versions != nil else { return }
        note([.ssl2], await hear(HelloOffer(versions: [.ssl2], suites: [])))
    }

    private func askForTLS12() async {
        let heard = await hearOfVersions([.ssl3, .tls10, .tls11, .tls12], .tls12, isRefusalOdd: true)
        if case .choice(let choice) = heard, choice.version < .tls12 {
            note([.tls12], .refused, "the server chose \(choice.version)")
        } else {
            note([.tls12], heard)
        }
    }

    /// TLS 1.1 did away with export suites and TLS 1.2 with DES: a server may accept them in older versions only.
    /// RFC 4346, appendix A.5; RFC 5469.
    private func askForClassesOfOldVersions() async {
        guard let classes = draft.fact.classes else { return }
        let open = TLSClass.weak.filter { classes[$0]?.kind != .accepted }
        let newest = [TLSVersion.tls10, .ssl3, .tls11].first { !oldVersionsRefused.contains($0) }
        if let newest { await askForClasses(open, upTo: newest) }
    }

    /// What the session has shown, and what is left of TLS 1.3 and of forward secrecy.
    private func askForNewest(_ conversations: Unfolding<Conversation>) async {
        let handshakes = await conversations.elements { $0.handshake != nil }.present
            .compactMap { $0.handshake?.value }.sorted { $0.version < $1.version }
        for shown in handshakes { note(shown) }
        if !handshakes.contains(where: \.hasForwardSecrecy) {
            await askForClasses([.forwardSecrecy], upTo: .tls12)
        }
        if handshakes.last?.version != .tls13 {
            let heard = await hear(offer([.tls13], .tls13, NamedGroup.all.filter { $0.fits(.tls13) }.map(\.code)))
            note([.tls13], heard)
            guard case .choice(let choice) = heard else {
                return note([TLSClassAnswer(.postQuantum, heard)])
            }
            if !handshakes.isEmpty { await askForPreferred() }
            if let group = choice.group.flatMap({ NamedGroup.with(code: $0) }), group.isPostQuantum {
                return note([TLSClassAnswer(.postQuantum, choice)])
            }
        }
        await askForPostQuantum()
    }

    /// The session came to an older version although TLS 1.3 is spoken: it is chosen too where both are offered, or the
    /// machine is more than one.
    private func askForPreferred() async {
        guard draft.fact.versions != nil else { return }
        var both = offer([.tls12, .tls13], .tls13, HelloOffer.commonGroups)
        both.suites += (Enumeration.suiteLists(.tls12).first ?? []).prefix(60)
        if case .choice(let choice) = await hear(both) { draft.update { $0.versions?.preferred = choice.version } }
    }

    /// A sender that offers a key of ML-KEM sends a hello of more than one segment, which some servers and middleboxes
    /// drop. So this one is as large. When nothing comes back, a small one tells whether that is over the size; it may be
    /// chance all the same, so that the large one is sent again.
    private func askForPostQuantum() async {
        guard draft.fact.classes != nil || asksForLargeHello else { return }
        var large = offer([.tls13], .tls13, TLSClass.postQuantumGroups)
        large.minimumLength = 1800
        var heard = await hear(large)
        switch heard {
        case .choice, .refused, .failedInside: draft.update { $0.dropsLargeHello = false }
        case .hungUp, .silent:
            heard = await hear(offer([.tls13], .tls13, TLSClass.postQuantumGroups))
            if heard.isAnswer { await settleLargeHello(large) }
        case .unknown: break
        }
        note([TLSClassAnswer(.postQuantum, heard)])
    }

    /// Two at once, and nobody in between: machines that take turns are both met.
    private func settleLargeHello(_ large: HelloOffer) async {
        let both = try? await smtp.alone(with: server) {
            async let one = hear(large)
            async let other = hear(large)
            return await [one, other]
        }
        guard let both else { return }
        if both.contains(where: \.isAnswer) {
            draft.update { $0.dropsLargeHello = false }
        } else if both.contains(where: \.isSilence) || !isByChance.withLock({ $0 }) && both.allSatisfy(\.isHangUp) {
            draft.update { $0.dropsLargeHello = true }
        }
    }
}

extension HelloTally {
    /// What a questioner has heard so far.
    fileprivate init(_ questioner: Questioner, hangsUpByChance: Bool) async {
        self.init(
            answered: await questioner.answers, hungUp: await questioner.hangUps,
            unanswered: await questioner.silences, unreadable: await questioner.unreadables,
            suites: await questioner.chosenSuites.sorted().map { CipherSuite.name(of: $0) },
            hangsUpByChance: hangsUpByChance)
    }
}

// MARK: - Questions

extension TLSInquiry {
    /// A question about versions; where `isRefusalOdd`, nobody expects an alert. One about the version settles it; handshake_failure may
    /// be about the suites, and the unlikely ones are offered too. A server that cannot sign as the version does may still do without.
    private func hearOfVersions(
        _ versions: Set<TLSVersion>, _ newest: TLSVersion, isRefusalOdd: Bool = false
    ) async -> Heard {
        var heard = Heard.unknown("not asked")
        for suites in Enumeration.suiteLists(newest) {
            var offer = offer(versions, newest)
            offer.suites = suites
            heard = await hear(offer, isRefusalOdd: isRefusalOdd)
            if case .failedInside = heard {
                offer.suites = suites.filter { CipherSuite.with(code: $0)?.needsSignature == false }
                let unsigned = await hear(offer)
                if case .choice = unsigned { return unsigned }
            }
            guard case .refused("alert handshake_failure") = heard else { return heard }
        }
        return heard
    }

    /// A hello with the likely suites of its newest version, in which nothing keeps a server from going along.
    private func offer(
        _ versions: Set<TLSVersion>, _ newest: TLSVersion, _ groups: [UInt16]? = nil
    ) -> HelloOffer {
        HelloOffer(
            versions: versions, suites: Enumeration.suiteLists(newest).first ?? [],
            groups: groups ?? TLSClass.allCurves,
            serverName: draft.fact.host)
    }

    private func askForClasses(_ classes: [TLSClass], upTo newest: TLSVersion, _ groups: [UInt16]? = nil) async {
        guard draft.fact.classes != nil, !classes.isEmpty else { return }
        let versions = Set([TLSVersion.ssl3, .tls10, .tls11, .tls12].filter { $0 <= newest })
        let shape = HelloOffer(
            versions: versions, suites: [], groups: groups ?? TLSClass.usualGroups, serverName: draft.fact.host)
        let question = ClassQuestion(
            classes.map(\.asClass), versions: versions, shape: shape)
        var result = await question.run(questioner)
        if result.wasHungUpByChance { isByChance.withLock { $0 = true } }
        if isByChance.withLock({ $0 }) { await askAgain(classes, &result, shape) }
        for choice in result.accepted.values {
            note(TLSVersionAnswer(choice))
            noteKeys(choice)
        }
        let isHeard = await questioner.answers > 0
        note(classes.map { TLSClassAnswer($0, result, isHeard: isHeard) })
    }

    /// Asks for the classes that were refused, twice more with nobody in between.
    private func askAgain(_ classes: [TLSClass], _ result: inout ClassQuestion.Result, _ shape: HelloOffer) async {
        let first = result
        let latest = try? await smtp.alone(with: server) {
            var result = first
            for _ in 0..<2 where !result.refused.isEmpty {
                let again = await ClassQuestion(
                    classes.filter { result.refused.contains($0.rawValue) }.map(\.asClass), versions: shape.versions,
                    shape: shape
                ).run(questioner)
                result.accepted.merge(again.accepted) { known, _ in known }
                result.refused.subtract(again.accepted.keys)
            }
            return result
        }
        result = latest ?? first
    }
}

// MARK: - Keeping what was told

extension TLSInquiry {
    static let hungUp = "the server hung up after the ClientHello"

    private var oldVersionsRefused: Set<TLSVersion> {
        Set(draft.fact.versions?.versions(.refused) ?? [])
    }

    private func note(_ versions: [TLSVersion], _ heard: Heard) {
        switch heard {
        // Kept already, when it was heard.
        case .choice: break
        case .refused(let why): note(versions, .refused, why)
        case .hungUp: note(versions, .inconclusive, Self.hungUp)
        case .silent: note(versions, .inconclusive, Obstacle.silent.description)
        // Signatures of TLS 1.1 and older rest on SHA-1, which current libraries refuse to make: nobody gets any further.
        case .failedInside:
            note(versions.filter { $0 < .tls12 }, .refused, Obstacle.internalError.description)
            note(versions.filter { $0 >= .tls12 }, .inconclusive, Obstacle.internalError.description)
        case .unknown(let why): note(versions, .inconclusive, why)
        }
    }

    private func note(_ versions: [TLSVersion], _ kind: TLSVersionAnswer.Kind, _ detail: String) {
        for version in versions { note(TLSVersionAnswer(version, kind, detail)) }
    }

    /// What a session has shown.
    private func note(_ shown: TLSHandshake) {
        note(TLSVersionAnswer(shown))
        guard shown.hasForwardSecrecy else { return }
        note([TLSClassAnswer(.forwardSecrecy, .accepted, version: shown.version, suite: shown.suite)])
    }

    /// What a choice has shown stands, whatever else is heard of the version.
    func note(_ answer: TLSVersionAnswer) {
        draft.update { survey in
            guard survey.versions?[answer.version]?.kind != .supported else { return }
            survey.versions?.note(answer)
        }
    }

    /// The certificate, and the key that was made for the exchange.
    func noteKeys(_ choice: ServerChoice) {
        let leaf = SeenLeaf(choice.certificates.first, for: choice.suite)
        draft.update { survey in
            if let leaf { survey.leaves = (survey.leaves ?? []).union([leaf]) }
            if let share = choice.keyShare {
                survey.keyShares = (survey.keyShares ?? [:]).merging([share: 1], uniquingKeysWith: +)
            }
        }
    }

    private func note(_ answers: [TLSClassAnswer]) {
        draft.update { survey in
            for answer in answers { survey.classes?.note(answer) }
        }
    }

    /// Whether hanging up was a refusal. It was not where it was chance. It was where another hello was answered, and where no
    /// handshake ever worked. In between, an offer like the session's is made once more: if that fails too, the server is tired of us.
    private func isHangingUpARefusal(_ conversations: Unfolding<Conversation>) async -> Bool {
        if isByChance.withLock({ $0 }) { return false }
        if await questioner.answers > 0 { return true }
        let shown = await conversations.elements { $0.handshake != nil }.present.compactMap { $0.handshake?.value }
        guard let version = shown.map(\.version).max() else { return true }
        if case .choice = await hear(offer([version], version)) { return true }
        return false
    }

    /// A server that went along in the session and ends every hello with an alert, one like the session's too, refuses us, not what
    /// was offered.
    private func settleAlerts(_ conversations: Unfolding<Conversation>) async {
        guard draft.fact.versions?[.tls12]?.kind == .refused, await questioner.chosenSuites.isEmpty else { return }
        let shown = await conversations.elements { $0.handshake != nil }.present.compactMap { $0.handshake?.value }
        guard let version = shown.map(\.version).max() else { return }
        guard case .refused(let alert) = await hear(offer([version], version), isRefusalOdd: true) else { return }
        let why = "the server ends every further hello with an alert"
        draft.update { survey in
            survey.note(Sighting(.handshake, alert, isBreak: true))
            for refused in survey.versions?.versions(.refused) ?? [] {
                survey.versions?.note(TLSVersionAnswer(refused, .inconclusive, why))
            }
            for refused in survey.classes?.answers.filter({ $0.kind == .refused }) ?? [] {
                survey.classes?.note(TLSClassAnswer(refused.name, .inconclusive, detail: why))
            }
        }
    }

    /// Tells refusals from a server that is tired of us, for all that was hung up on.
    private func settleHangUps(_ conversations: Unfolding<Conversation>) async {
        guard await questioner.hangUps > 0 else { return }
        let isRefusal = await isHangingUpARefusal(conversations)
        draft.update { survey in
            for answer in survey.versions?.answers ?? [] where answer.detail == Self.hungUp {
                survey.versions?.note(
                    TLSVersionAnswer(
                        answer.version, isRefusal ? .refused : .inconclusive,
                        isRefusal
                            ? Self.hungUp
                            : isByChance.withLock { $0 }
                                ? "the server hangs up on some hellos and not on others"
                                : "the server hung up on every further hello"))
            }
            if isRefusal { survey.classes?.settle(Self.hungUp) }
        }
    }
}

extension TLSHandshake {
    fileprivate var hasForwardSecrecy: Bool { CipherSuite.with(code: suiteCode)?.hasForwardSecrecy == true }
}
