internal import Batch
internal import CheckEngine
internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel
internal import MailgradeKit
internal import Observations
internal import Reporting
internal import Store

/// What we know of our own side.
struct OwnView {
    /// When some server of some domain answered last.
    private(set) var proven: Date?

    /// How long an answer proves that silence elsewhere is not ours.
    private static let holds: TimeInterval = 1800

    /// Notes that a server answered.
    mutating func prove(at instant: Date) { proven = instant }

    /// Whether somebody answered a while ago; an answer of the future, by a clock that was ahead, proves nothing.
    func isProven(at instant: Date) -> Bool {
        proven.map { (0...Self.holds).contains(instant.timeIntervalSince($0)) } ?? false
    }
}

extension Watcher {
    /// Takes in what a look has shown. While our own side is ill nothing counts but that.
    func take(_ result: Result<Evidence, any Error>, of time: StoredWatchTime, _ kind: LookKind) {
        let instant = means.now()
        let evidence: Evidence
        switch result {
        case .success(let collected): evidence = judge.deriving(collected)
        case .failure(let why as LeftAlone):
            book.leaveAlone(time.domain, list: time.list, onlyServers: why.onlyServers, at: instant)
            return means.log("\(time.domain) is left alone: \(why)")
        case .failure(let error):
            return noteOwnSide("Looks cannot be made: \("\(error)".gist)", time, at: instant)
        }
        if let why = evidence.whyBlind { return noteOwnSide(why, time, at: instant) }
        switch evidence.sight {
        case .proven:
            view.prove(at: instant)
            book.end(.ownSide, at: instant)
        case .silent where !view.isProven(at: instant):
            return noteOwnSide(
                "No mail server of \(time.domain) answers, and none of any other domain has for a while: either they are all "
                    + "down, or connections from here do not get through.", time, at: instant)
        case .silent, .untried: break
        }
        read(evidence, of: time, kind, at: instant)
    }

    private func read(_ evidence: Evidence, of time: StoredWatchTime, _ kind: LookKind, at instant: Date) {
        guard let list = means.configuration.lists[time.list] else { return }
        var signs: [Sign] = []
        let isWhole = evidence.isWhole(kind)
        for rule in list.alerts {
            if case .certificateEnds(let days) = rule.subject, kind != .lookups {
                signs += Forecasts.endingCertificates(in: evidence, within: days, at: instant)
            }
        }
        if list.forecasts { signs += Forecasts.signs(in: evidence, at: instant) }
        var graded: Report?
        if kind == .graded, let policies = means.policies[time.list] {
            let reports = policies.reports(evidence)
            graded = reports.first
            signs += self.graded(reports, evidence, of: time, list, at: instant)
        }
        let report = graded
        let look = Look(list: time.list, domain: time.domain, signs: signs) { sign, detail in
            switch sign {
            case .certificate: isWhole.sessions
            case .forecast where detail == "tlsa-next-key": isWhole.sessions && isWhole.records
            case .forecast where detail == "signatures-end": isWhole.records
            case .drop, .below, .finding: report.map { GradeSigns.settles(sign, detail, $0) } ?? false
            case .change, .forecast, .ownSide: false
            }
        }
        book.absorb(look, at: instant) { [means, domains] cause in
            guard let place = cause.place, let own = domains[time.list] else { return [] }
            return ((try? means.store.domains(at: place)) ?? []).filter { own.contains($0.text) }
        }
    }

    /// What the report shows; the verdict is kept, as a batch keeps it.
    private func graded(
        _ reports: Reports, _ evidence: Evidence, of time: StoredWatchTime, _ list: WatchedList, at instant: Date
    ) -> [Sign] {
        guard let policies = means.policies[time.list] else { return [] }
        // Neither what visitors of the page have found out meanwhile nor what another list has may hide a drop from those who watch.
        let policy = "\(policies.storedName(means.settings)), list \(time.list)\(Store.watchedSuffix)"
        let last = (try? means.store.lastFirmLetter(of: time.domain, under: policy)) ?? nil
        // Another engine judges otherwise: that is no doing of the domain.
        let firm = last.flatMap { $0.engine == Engine.version ? $0.letter : nil }
        let before = (book.letterBefore(time.domain, list: time.list) ?? firm).flatMap { Grade(rawValue: $0) }
        let due = instant.addingTimeInterval(list.graded.inSeconds)
        if let verdict = try? StoredVerdict(reports, of: evidence, due: due) {
            verdicts.append(Store.WatchedVerdict(verdict, of: time.domain, under: policy))
        }
        var signs = GradeSigns(list.alerts, before: before).signs(in: reports.first)
        // Others answer: that these do not is their doing, although it gives no letter.
        if evidence.sight == .silent, let before, let host = evidence.hosts.first?.name, list.wants(.drop),
            !signs.contains(where: { $0.kind == .drop })
        {
            var sign = Sign(
                .drop, at: .host(host), "No mail server of \(time.domain) answers; those of other domains do.")
            (sign.letterBefore, sign.letter) = (before.rawValue, "no letter")
            signs.append(sign)
        }
        return signs
    }

    /// Every list hears of it, once.
    private func noteOwnSide(_ sentence: String, _ time: StoredWatchTime, at instant: Date) {
        for list in means.configuration.lists.keys.sorted() {
            let sign = Sign(.ownSide, at: .ourselves, sentence)
            book.absorb(Look(list: list, domain: time.domain, signs: [sign]), at: instant)
        }
    }
}

extension Cause {
    /// Where in the store that is; nil where domains do not share it.
    fileprivate var place: Place? {
        switch self {
        case .host(let host): .host(host)
        case .address(let address): .address(address)
        case .zone, .policyHost, .ourselves: nil
        }
    }
}

/// How far servers were seen in a run.
enum Sight {
    /// One answered, be it with a reset.
    case proven
    /// Every one was silent, or out of reach.
    case silent
    /// None was tried.
    case untried
}

extension Evidence {
    /// How far servers were seen.
    var sight: Sight {
        guard let vantage = observed(Vantage.self, at: .domain).value else { return .untried }
        let views = [vantage.ipv4, vantage.ipv6]
        if views.contains(.proven) { return .proven }
        return views.contains(.silent) || views.contains(.noRoute) ? .silent : .untried
    }

    /// Why nothing can be told of any domain, one sentence; nil where something can.
    var whyBlind: String? {
        switch observed(ResolverSelfTest.self, at: .domain).value?.health {
        case .unreachable(let failure)?: "The resolver does not answer (\(failure))."
        case .stripsDNSSEC, .validates, nil: nil
        }
    }

    /// Whether every server showed its certificate, and every lookup of TLSA records said something.
    func isWhole(_ kind: LookKind) -> (sessions: Bool, records: Bool) {
        let sessions = servers.allSatisfy { observed(TLSSession.self, at: .server($0)).value != nil }
        let records = hosts.allSatisfy { host in
            switch observed(TLSARecords.self, at: .host(host.name)) {
            case .present: true
            case .absent(let why): why.certainty != .inconclusive
            }
        }
        let isKnown = !hosts.isEmpty
        return (isKnown && kind != .lookups && sessions, isKnown && records)
    }
}
