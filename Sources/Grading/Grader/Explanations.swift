public import CheckKit
internal import MailModel

extension Profile {
    /// The outcomes of the checks that this profile runs, with one question settled that no check can answer by itself: a
    /// check is blocked only where a finding explains what is missing, and carries what is lost. Elsewhere what it says is as
    /// open as a question can be.
    public func settling(_ results: [CheckResult], hosts: [ListedHost]) -> [CheckResult] {
        let ids = Set(checkIDs)
        let own = results.filter { ids.contains($0.check) }
        let explanations = Explanations(own, hosts)
        return own.map(explanations.settling)
    }
}

/// Which absences the findings of a run explain, and where.
private struct Explanations {
    private let places: [FactID: [Place]]
    private let servers: [MailServer]

    init(_ results: [CheckResult], _ hosts: [ListedHost]) {
        var places: [FactID: [Place]] = [:]
        for result in results {
            for fact in result.outcome.findings.flatMap(\.description.explains) {
                places[fact, default: []].append(result.place)
            }
        }
        self.places = places
        servers = hosts.flatMap { host in host.addresses.map { MailServer(host: host.name, address: $0) } }
    }

    func settling(_ result: CheckResult) -> CheckResult {
        guard case .blocked(let fact, let because) = result.outcome else { return result }
        // What is said of a host as a whole explains only what certainly went wrong at one of its addresses.
        let isExplained = places[fact, default: []].contains { place in
            place == result.place
                || (because.certainty == .decisive || place.scope == .server)
                    && servers.contains { place.covers($0) && result.place.covers($0) }
        }
        return isExplained
            ? result
            : CheckResult(check: result.check, place: result.place, outcome: .inconclusive(because.sentence))
    }
}
