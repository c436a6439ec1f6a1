internal import Grading

/// What the process ends with.
public enum CommandStatus: Int32, Sendable, Hashable {
    /// A letter was given, and it is not below the bar.
    case graded = 0
    /// The grade is certainly below the bar.
    case below = 1
    /// The command line, the profile or a file it names is wrong.
    case usage = 2
    /// No letter could be given, or too much could not be determined to say whether it meets the bar.
    case untold = 3
    /// Interrupted.
    case interrupted = 130

    /// The status of a grade against the bar of `--fail-under`, if there is one, and of the requirements, if there are any:
    /// the worse of the two.
    ///
    /// A grade is certain only when the whole range lies on one side of the bar: met when the worst meets it, missed when
    /// even the best does not.
    init(_ assessment: Assessment, failUnder bar: Grade?) {
        let isGraded = assessment.grade != nil || assessment.withheld != nil
        var statuses: [CommandStatus] = []
        if let outcome = assessment.compliance?.outcome { statuses.append(Self.of(outcome, beside: isGraded)) }
        if let range = assessment.range, assessment.grade != nil {
            statuses.append(CommandStatus(worst: range.worst, best: range.best, failUnder: bar))
        } else if isGraded || statuses.isEmpty {
            statuses.append(.untold)
        }
        self = .worst(of: statuses)
    }

    /// The status of requirements; where there is a grade beside them, those that ask for nothing change nothing.
    private static func of(_ outcome: Compliance.Outcome, beside grade: Bool) -> CommandStatus {
        switch outcome {
        case .compliant, .compliantWithWaiver: .graded
        case .notCompliant: .below
        case .cannotTell: .untold
        case .notObservable, .notApplicable: grade ? .graded : .untold
        }
    }

    /// The status of a run that is judged under several profiles: whoever names a profile wants to hear of it, so what is
    /// below the bar under one is below it, and then what could not be determined under one is open.
    static func worst(of statuses: [CommandStatus]) -> CommandStatus {
        [.below, .untold].first { statuses.contains($0) } ?? .graded
    }

    /// The status of a grade that lies between two letters.
    init(worst: Grade, best: Grade, failUnder bar: Grade?) {
        guard let bar else {
            self = .graded
            return
        }
        if worst >= bar {
            self = .graded
        } else {
            self = best < bar ? .below : .untold
        }
    }
}
