internal import Grading

/// What the process ends with.
public enum CommandStatus: Int32, Sendable, Hashable {
    /// A letter was given, and it is not below the bar.
    case graded = 0
    /// The grade is certainly below the bar.
    case below = 1
    /// The command line, the profile or a file it names is wrong.
    case usage = 2
    /// No letter could be given, or too much could not be told to say whether it meets the bar.
    case untold = 3
    /// Interrupted.
    case interrupted = 130

    /// The status of a grade against the bar of `--fail-under`, if there is one.
    ///
    /// Where there is no letter because the profile has requirements only, whether they are met decides.
    /// Certain only when the whole range lies on one side of the bar: met when the worst meets it, missed when even the
    /// best does not.
    init(_ assessment: Assessment, failUnder bar: Grade?) {
        guard assessment.grade != nil, let range = assessment.range else {
            // A profile of requirements gives no letter: complying takes its place.
            switch assessment.withheld == nil ? assessment.compliance?.outcome : nil {
            case .compliant, .compliantWithWaiver: self = .graded
            case .notCompliant: self = .below
            case .cannotTell, .notObservable, .notApplicable, nil: self = .untold
            }
            return
        }
        self = CommandStatus(worst: range.worst, best: range.best, failUnder: bar)
    }

    /// The status of a run that is judged under several profiles: whoever names a profile wants to hear of it, so what is
    /// below the bar under one is below it, and then what could not be told under one could not be told.
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
