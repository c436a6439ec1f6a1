internal import CheckKit
internal import MailModel
internal import Observations

enum MTASTSEnforcedFinding: String, FindingCode {
    case absent = "mta-sts.absent"
    case inactive = "mta-sts.inactive"
    case none = "mta-sts.none"
    case testing = "mta-sts.testing"
    case testingFails = "mta-sts.testing-fails"
    case losesMail = "mta-sts.loses-mail"
    case losesAllMail = "mta-sts.loses-all-mail"

    var sentence: Sentence {
        switch self {
        case .absent: "There is no MTA-STS record."
        case .inactive: "Senders behave as if there were no MTA-STS: \(.reason)."
        case .none: "The policy has the mode none: senders behave as if there were no MTA-STS."
        case .testing: "The policy has the mode testing: senders only report."
        case .testingFails: "In mode enforce, mail would not be delivered to \(.refusals, .upTo(3))."
        case .losesMail: "Senders that follow the policy do not deliver to \(.refusals, .upTo(3))."
        case .losesAllMail:
            "Senders that follow the policy cannot deliver at all: they refuse \(.refusals, .upTo(3))."
        }
    }
    var severity: Severity {
        switch self {
        case .absent, .none: .info
        case .inactive, .testing: .notice
        case .testingFails: .warning
        case .losesMail, .losesAllMail: .critical
        }
    }
    var responsible: Responsible { .domainOwner }
    var effort: Effort {
        switch self {
        case .testing, .testingFails, .none, .losesMail, .losesAllMail: .edit
        case .absent, .inactive: .configuration
        }
    }
    var paste: [PasteKind] {
        switch self {
        case .absent: [.mtaSTSIntroduction]
        case .none: [.mtaSTSIntroduction]
        case .testing: [.mtaSTSEnforcement]
        case .testingFails: [.mtaSTSPolicy]
        case .losesMail, .losesAllMail: [.mtaSTSRetreat]
        case .inactive: []
        }
    }
    var remedy: String {
        switch self {
        case .absent:
            "Publish an MTA-STS record and a policy in mode testing, and switch to mode enforce when reports show no "
                + "failures."
        case .inactive: "Repair what keeps senders from using the policy, as mta-sts.published says."
        case .none: "Switch to mode testing and then to mode enforce, unless you are withdrawing MTA-STS."
        case .testing: "Switch the policy to mode enforce when the reports of senders (TLS-RPT) show no failures."
        case .testingFails:
            "Before you switch to mode enforce, list every MX host in the policy, and give every MX host "
                + "STARTTLS and a current certificate from a public CA for its name."
        case .losesMail, .losesAllMail:
            "Switch the policy to mode testing at once, with a new id in the record. Then list every MX host "
                + "in the policy, and give every MX host STARTTLS and a current certificate from a public CA for "
                + "its name."
        }
    }
}

extension Check {
    /// Senders insist on authenticated TLS, and every server gives it to them. RFC 8461, sections 4 and 5.
    static let mtaSTSEnforced = Check.perDomain(
        "mta-sts.enforced",
        title: "MTA-STS is enforced, and every server satisfies the policy",
        why: """
            Only a policy in mode enforce keeps attackers from stripping TLS or posing as a mail server: senders that \
            follow it deliver nowhere else. For the same reason it loses mail when a server does not satisfy it, even \
            a backup that nobody looks after.
            """,
        references: [
            .rfc(8461, section: "4"), .rfc(8461, section: "4.1"), .rfc(8461, section: "4.2"),
            .rfc(8461, section: "5"), .rfc(8461, section: "8.4"),
        ],
        examples: .mtaSTSEnforced
    ) {
        (
            record: MTASTSRecord, policy: MTASTSPolicy, hosts: MailHosts, deliveries: PerServer<MTASTSDelivery>,
            vantage: Vantage, judged: JudgedAt
        ) -> Verdict<MTASTSEnforcedFinding> in
        let document: MTASTSDocument
        switch MTASTSStanding(record, policy, at: judged.instant) {
        case .absent: return .found(.absent)
        case .unusable(let why): return .found(.inactive, [.reason: why])
        case .unknown(let why):
            return .inconclusive("Whether senders can use the policy could not be determined: \(why).")
        case .policy(let found): document = found
        }
        let coverage = MTASTSCoverage(hosts, deliveries, vantage, judged)
        switch document.mode {
        case .none: return .found(.none)
        case .testing:
            let testing = Issue(MTASTSEnforcedFinding.testing)
            guard let refusals = coverage.refusals else {
                guard let doubt = coverage.doubt else { return .found([testing]) }
                return .of([testing], open: [.testingFails], because: doubt)
            }
            return .found([testing, Issue(.testingFails, [.refusals: refusals])])
        case .enforce:
            guard let refusals = coverage.refusals else { return coverage.withoutRefusal }
            guard coverage.refusesEverything else {
                let some = Issue(MTASTSEnforcedFinding.losesMail, [.refusals: refusals])
                guard !coverage.isDelivered, let doubt = coverage.doubt else { return .found([some]) }
                return .of([some], open: [.losesAllMail], because: doubt)
            }
            return .found(.losesAllMail, [.refusals: refusals])
        }
    }
}

/// What would become of mail at every server, if the policy were enforced.
private struct MTASTSCoverage {
    private var refused: [(name: String, reasons: [String])] = []
    private var delivered = 0
    private var unknown: [String] = []

    init(
        _ hosts: MailHosts, _ deliveries: PerServer<MTASTSDelivery>, _ vantage: Vantage, _ judged: JudgedAt
    ) {
        for element in deliveries.elements {
            let server = element.server
            guard case .present(let delivery) = element.observed else {
                unknown.append("\(server): \(element.observed.absence ?? .unplanned)")
                continue
            }
            switch delivery.verdict(at: judged.instant) {
            case .delivered: delivered += 1
            case .refused(let reasons): refused.append((server.description, reasons))
            case .unknown(let why): unknown.append("\(server): \(why)")
            // Others answer us, so this one is down for everybody: nothing that the policy could change.
            case .silent where vantage.view(server.address.family) == .proven: break
            case .silent: unknown.append("\(server) does not answer, and it may be our side")
            case .leftOut: break
            }
        }
        unknown += hosts.targets.compactMap(\.untested)
    }

    /// The servers that a sender refuses, each with its reasons; nil when there is none.
    var refusals: [String]? {
        refused.isEmpty ? nil : refused.map { "\($0.name) (\($0.reasons.joined(separator: "; ")))" }
    }

    /// Whether a sender has nowhere to go.
    var refusesEverything: Bool { delivered == 0 && unknown.isEmpty }

    /// Whether mail is delivered to some server.
    var isDelivered: Bool { delivered > 0 }

    /// Why it is not known of every server what becomes of mail; nil where it is.
    var doubt: String? {
        unknown.first.map {
            "Whether mail is delivered under the policy could not be determined for every server: \($0)."
        }
    }

    /// No server is refused: is any known to be accepted?
    var withoutRefusal: Verdict<MTASTSEnforcedFinding> {
        if let doubt { return .of([], open: [.losesMail, .losesAllMail], because: doubt) }
        return delivered > 0 ? .passed : .notApplicable("There is no mail server that senders could deliver to.")
    }
}

extension MailHost {
    /// What is missing to have tested every address of the host.
    fileprivate var untested: String? {
        if !leftOut.isEmpty { return "\(leftOut.count) addresses of \(name) were not tested" }
        return failures.first
    }
}
