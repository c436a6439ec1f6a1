public import Grading

/// Whether a result meets what is asked of it. What a process ends with and what formats for machines say is this.
public enum Standing: Sendable, Hashable {
    /// A letter was given that is certainly not below the bar; and the requirements, if there are any, are met.
    case met
    /// Certainly below the bar, or not compliant.
    case missed
    /// No letter could be given, or too much could not be determined to say.
    case open
    /// There is nothing to grade, and that is certain: the domain takes no mail.
    case nothing

    /// How an assessment stands against a bar, if there is one, and against its requirements: the worse of the two.
    ///
    /// A grade is certain only when the whole range lies on one side of the bar: met when the worst meets it, missed when
    /// even the best does not.
    public init(_ assessment: Assessment, bar: Grade?) {
        guard !assessment.hasNothingToGrade else {
            self = assessment.compliance?.outcome == .notCompliant ? .missed : .nothing
            return
        }
        let isGraded = assessment.grade != nil || assessment.withheld != nil
        var standings: [Standing] = []
        if let outcome = assessment.compliance?.outcome { standings.append(Self.of(outcome, beside: isGraded)) }
        if let range = assessment.range, assessment.grade != nil {
            standings.append(Standing(worst: range.worst, best: range.best, bar: bar))
        } else if isGraded || standings.isEmpty {
            standings.append(.open)
        }
        self = .worst(of: standings)
    }

    /// How a grade that lies between two letters stands.
    public init(worst: Grade, best: Grade, bar: Grade?) {
        guard let bar, worst < bar else {
            self = .met
            return
        }
        self = best < bar ? .missed : .open
    }

    /// How requirements stand; where there is a grade beside them, those that ask for nothing change nothing.
    private static func of(_ outcome: Compliance.Outcome, beside grade: Bool) -> Standing {
        switch outcome {
        case .compliant, .compliantWithWaiver: .met
        case .notCompliant: .missed
        case .cannotTell: .open
        case .notObservable, .notApplicable, .leftOut: grade ? .met : .open
        }
    }

    /// Of a run that is judged under several profiles: whoever names a profile wants to hear of it, so what is missed under
    /// one is missed, and then what could not be determined under one is open.
    public static func worst(of standings: [Standing]) -> Standing {
        [.missed, .open, .nothing].first { standings.contains($0) } ?? .met
    }

    /// Of several runs: a domain without mail is no reason to stop a list of others.
    public static func worst(ofRuns standings: [Standing]) -> Standing {
        let graded = standings.filter { $0 != .nothing }
        return .worst(of: graded.isEmpty ? standings : graded)
    }
}

extension Assessment {
    /// Whether no letter is given because of what was found for certain, and nothing else could change that: a null MX, or no such
    /// domain.
    var hasNothingToGrade: Bool {
        guard let withheld, !isProvisional else { return false }
        return !withheld.triggers.isEmpty && withheld.triggers.allSatisfy { $0.code != nil }
    }
}
