public import CheckKit

/// One kind of problem, with every place where it was found: what to do, and what it would change.
public struct Fix: Sendable, Hashable {
    /// What was found, with its remedy and who can do it.
    public let finding: FindingDescription
    /// The check that found it.
    public let check: String
    /// How much it matters under the profile, where it matters most.
    public internal(set) var severity: Severity
    /// What was seen, each observation once, with the places it was made at.
    public internal(set) var observations: [Observation] = []
    /// Where it counts: what is waived counts nowhere.
    public internal(set) var places: [Place] = []
    /// Whether there is something to do: it is a fault, or a better grade or a requirement asks for it. What is merely worth
    /// knowing is listed apart.
    public internal(set) var asksForAction = false
    /// The grade if this alone were fixed; nil where there is no letter, or where it does not count.
    public internal(set) var gradeAlone: Grade?
    /// The letter that the grade cannot exceed as long as this is there; nil where no cap is about it.
    public internal(set) var holdsAt: Grade?
    /// How many points of the score its check loses, not rounded.
    public internal(set) var pointsLost: Double = 0
    /// What would do as well in its place.
    public internal(set) var alternatives: [String] = []
    /// The grade once this and everything above it in the list is fixed, and nothing new comes to light; nil where that is no
    /// better than without this.
    public internal(set) var gradeAfter: Grade?

    /// One observation.
    public struct Observation: Sendable, Hashable {
        /// What was seen.
        public let finding: Finding
        /// The sentence.
        public let message: String
        /// Where.
        public internal(set) var places: [Place]
    }

    /// The finding's code.
    public var code: String { finding.code }
    /// What to do.
    public var remedy: String { finding.remedy }
    /// Who can do it.
    public var responsible: Responsible { finding.responsible }
    /// How much work it is at one place.
    public var effort: Effort { finding.effort }

    /// How much work it is, in no unit: what is to be done, at every place.
    var work: Int {
        let once =
            switch finding.effort {
            case .edit: 1
            case .record: 2
            case .request: 4
            case .configuration: 6
            case .certificate: 8
            case .zone: 20
            }
        return once * places.count
    }

    mutating func add(_ finding: Finding, at place: Place) {
        let message = finding.message
        if let index = observations.firstIndex(where: { $0.message == message }) {
            observations[index].places.append(place)
        } else {
            observations.append(Observation(finding: finding, message: message, places: [place]))
        }
    }
}

extension Fix {
    /// Every code that was found, in the order in which it is first met: the order of the checks, then that of the places.
    static func all(_ results: [CheckResult], _ ledger: Ledger, _ profile: Profile) -> [Fix] {
        var fixes: [Fix] = []
        var indices: [String: Int] = [:]
        for result in results {
            for finding in result.outcome.findings {
                let severity = profile.severity(of: finding)
                let index = indices[finding.code] ?? fixes.count
                if index == fixes.count {
                    fixes.append(Fix(finding: finding.description, check: result.check, severity: severity))
                    indices[finding.code] = index
                }
                fixes[index].severity = max(fixes[index].severity, severity)
                fixes[index].add(finding, at: result.place)
                let entry = ledger.entries[result.check]?[result.place]
                if entry?.has(finding.code) == true, !fixes[index].places.contains(result.place) {
                    fixes[index].places.append(result.place)
                }
            }
        }
        return fixes
    }

    /// Whether it is more than information: unusual is nothing to act on once it costs no point and the letter is the best.
    func isFault(under assessment: Assessment) -> Bool {
        severity > .notice || (severity == .notice && (assessment.grade != .aPlus || pointsLost > 0))
    }

    /// Whether somebody who reads the report could act on it. What stands in the way on this machine is the headline, and
    /// nothing else can be said then; and a domain that receives no mail needs nothing that protects mail.
    func isOfUse(under assessment: Assessment, hasHosts: Bool, isOwnSide: Bool) -> Bool {
        guard let withheld = assessment.withheld else { return true }
        if isOwnSide { return false }
        return hasHosts || assessment.isProvisional || withheld.triggers.contains { $0.check == check }
    }

    /// The letter that caps hold the grade at because of it; where no letter is given there is none to hold.
    func cap(under assessment: Assessment) -> Grade? {
        guard assessment.grade != nil else { return nil }
        return assessment.caps.filter { cap in
            cap.rule.triggers.contains {
                $0.check == check && ($0.code == code || ($0.code == nil && severity >= .error))
            }
        }.map(\.atMost).min()
    }
}
