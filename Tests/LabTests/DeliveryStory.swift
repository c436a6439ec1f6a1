import CheckKit
import Checks
import Grading
import MailModel
import Observations

/// "Would it deliver?" and the grade, told together. Wherever a sender that asks for nothing is sent away, a finding and a
/// cap say so, or the grade is open down to there; and whatever a cap says of lost or readable mail, the matrix says too.
struct DeliveryStory {
    let evidence: Evidence
    let results: [CheckResult]
    let assessment: Assessment

    /// Findings that say that a server or a host takes no mail at all.
    private static let takesNothing: Set<String> = [
        "smtp.unreachable", "smtp.never-accepts-mail", "smtp.breaks-off", "starttls.ehlo-refused",
        "starttls.breaks-off", "starttls.client-certificate-required", "mx.no-address", "mx.target-literal",
    ]
    /// Findings that say that a server takes mail in plaintext only.
    private static let takesPlaintext: Set<String> = [
        "starttls.not-offered", "starttls.refused", "starttls.unavailable", "starttls.handshake-failed",
        "starttls.handshake-stalls", "starttls.obsolete-only",
    ]

    /// Where the two differ, one sentence each.
    var contradictions: [String] {
        domainContradictions + evidence.hosts.flatMap(hostContradictions)
            + evidence.servers.flatMap(serverContradictions)
    }

    private var domainContradictions: [String] {
        guard let way = evidence.observed(DomainDelivery.self, at: .domain).value?.way(.opportunistic) else {
            return ["nothing is said of the domain"]
        }
        let outcome = way.delivery.outcome
        let isLost = outcome == .deferred || outcome == .bounced
        return isLost && !isAtMost(.d) ? ["mail to the domain is \(outcome), and the grade is \(grade)"] : []
    }

    /// A sender goes on to the next address of a host, so only a host that takes nothing anywhere counts.
    private func hostContradictions(_ host: ListedHost) -> [String] {
        let outcomes = host.addresses.map { outcome(MailServer(host: host.name, address: $0)) }
        let isLost = !outcomes.isEmpty && outcomes.allSatisfy { $0 == .deferred || $0 == .bounced }
        guard isLost, !isAtMost(.d) else { return [] }
        return ["no address of \(host.name) takes mail, and the grade is \(grade)"]
    }

    private func serverContradictions(_ server: MailServer) -> [String] {
        guard evidence.outsideScope(.server(server)) == nil else { return [] }
        let outcome = outcome(server)
        let found = codes(at: server)
        let lost = found.intersection(Self.takesNothing)
        let plain = found.intersection(Self.takesPlaintext)
        switch outcome {
        case .deferred, .bounced, .unknown:
            return plain.isEmpty ? [] : ["\(server): \(outcome), and \(plain.sorted())"]
        case .plaintext:
            return (plain.isEmpty ? ["\(server): plaintext, and no finding says so"] : [])
                + (lost.isEmpty ? [] : ["\(server): delivered, and \(lost.sorted())"])
                + (isAtMost(.c) ? [] : ["\(server): plaintext, and the grade is \(grade)"])
        case .encrypted, .authenticated:
            return lost.union(plain).isEmpty ? [] : ["\(server): delivered over TLS, and \(lost.union(plain).sorted())"]
        }
    }

    private func outcome(_ server: MailServer) -> Delivery.Outcome {
        evidence.observed(ServerDelivery.self, at: .server(server)).value?.delivery(.opportunistic)?.outcome ?? .unknown
    }

    private func codes(at server: MailServer) -> Set<String> {
        Set(results.filter { $0.place != .domain && $0.place.covers(server) }.flatMap(\.outcome.findings).map(\.code))
    }

    /// Whether the grade is no better than a letter, or open down to it, or not given.
    private func isAtMost(_ letter: Grade) -> Bool {
        guard let grade = assessment.grade else { return true }
        return grade <= letter || (assessment.range?.worst ?? grade) <= letter
    }

    private var grade: String { assessment.grade.map { "\($0)" } ?? "none" }
}
