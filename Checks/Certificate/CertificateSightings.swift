public import CheckKit
internal import MailModel
public import Observations

/// Every chain that a server was seen to show in a run. Which of them a sender gets is the luck of the draw, or depends on
/// the name that it sends.
public struct CertificateSightings: ServerFact, Hashable {
    /// `certificate.sightings`.
    public static let id: FactID = "certificate.sightings"

    /// The distinct chains that were seen with the same SNI, that of the session first.
    public var withName: [CertificateChain]
    /// How many handshakes with SNI there were.
    public var handshakes: Int
    /// The chain that was seen without SNI; nil where there was no such handshake.
    public var withoutName: CertificateChain?

    /// Why it cannot be told which chains there are; one sentence, nil where it can.
    public var doubt: String?
    /// How the server ended a handshake without SNI, where it did one with its name; nil else.
    public var nameNeeded: String?

    /// Chains, as they were seen.
    public init(
        withName: [CertificateChain], handshakes: Int, withoutName: CertificateChain? = nil, nameNeeded: String? = nil,
        doubt: String? = nil
    ) {
        self.doubt = doubt
        self.nameNeeded = nameNeeded
        self.withName = withName
        self.handshakes = handshakes
        self.withoutName = withoutName
    }
}

extension Derivation {
    /// Puts the handshakes of the run together.
    static let certificateSightings = Derivation.perServer {
        (chain: CertificateChain, second: SecondConversation) throws(Absence) -> CertificateSightings in
        let further = second.furtherHandshakes ?? []
        guard second.handshakeWithoutName != nil || !further.isEmpty else {
            throw .inconclusive("no second handshake was completed")
        }
        var session = chain
        session.others = []
        return CertificateSightings(
            withName: [session] + chain.others, handshakes: max(1 + further.count, 1 + chain.others.count),
            withoutName: second.handshakeWithoutName.map {
                CertificateChain($0.chain, path: $0.path, host: chain.host)
            }, nameNeeded: second.nameNeeded, doubt: chain.doubt)
    }
}

extension CertificateChain {
    /// Judges every chain that senders may get, and says the worst: what only some of them have is told as such. Where there may be
    /// more, all that was not found is open.
    func judgingAll<Code: FindingCode>(_ judge: (CertificateChain) -> Verdict<Code>) -> Verdict<Code> {
        let verdict = judgingKnown(judge)
        return doubt.map(verdict.leavingOpen) ?? verdict
    }

    private func judgingKnown<Code: FindingCode>(_ judge: (CertificateChain) -> Verdict<Code>) -> Verdict<Code> {
        var own = self
        own.others = []
        let verdicts = ([own] + others).map(judge)
        guard let worst = verdicts.max(by: { $0.badness < $1.badness }), verdicts.contains(where: { $0 != worst })
        else {
            return verdicts[0]
        }
        let all = verdicts.flatMap(\.issues)
        let codes = all.reduce(into: [Code]()) { codes, issue in
            if !codes.contains(issue.code) { codes.append(issue.code) }
        }
        let issues = codes.compactMap { code -> Issue<Code>? in
            guard let issue = (worst.issues + all).first(where: { $0.code == code }) else { return nil }
            let isEverywhere = verdicts.allSatisfy { $0.issues.contains { $0.code == code } }
            return isEverywhere ? issue : issue.onSomeConnections
        }
        switch worst {
        case .partly(_, let undecided) where !undecided.hidden.isEmpty: return worst
        case .passed, .notApplicable, .inconclusive: return worst
        case .found, .partly:
            // What one chain leaves open, the server leaves open.
            let doubts = verdicts.compactMap(\.doubt)
            return .of(
                issues, open: doubts.reduce(into: []) { $0.formUnion($1.open) }, because: doubts.first?.why ?? "")
        }
    }
}

extension Verdict {
    /// What was found; empty for every other verdict.
    fileprivate var issues: [Issue<Code>] {
        switch self {
        case .found(let issues), .partly(let issues, _): issues
        case .passed, .notApplicable, .inconclusive: []
        }
    }

    /// The same, with everything open that was not found.
    fileprivate func leavingOpen(because why: String) -> Verdict {
        switch self {
        case .passed: .inconclusive(why)
        case .found(let issues): .of(issues, open: Set(Code.allCases), because: why)
        case .partly(let issues, let undecided):
            .partly(
                issues,
                Undecided(
                    open: Set(Code.allCases).subtracting(undecided.hidden).subtracting(issues.map(\.code)),
                    hidden: undecided.hidden, because: undecided.why))
        case .notApplicable, .inconclusive: self
        }
    }

    /// What it leaves open, and why; nil where it leaves nothing open.
    fileprivate var doubt: (open: Set<Code>, why: String)? {
        switch self {
        case .inconclusive(let why): (Set(Code.allCases), why)
        case .partly(_, let undecided): (undecided.open, undecided.why)
        case .passed, .found, .notApplicable: nil
        }
    }

    /// Orders verdicts: an error is worse than not knowing, and that is worse than a remark.
    fileprivate var badness: Int {
        switch self {
        case .notApplicable: return 0
        case .passed: return 1
        case .inconclusive: return 3
        case .found, .partly:
            switch issues.map(\.code.severity).max() {
            case .critical?: return 5
            case .error?: return 4
            default: return 2
            }
        }
    }
}

extension Issue {
    /// The same, told of some connections only.
    fileprivate var onSomeConnections: Issue {
        Issue(code, arguments, isOccasional: true)
    }
}
