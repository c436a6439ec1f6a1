internal import Grading
internal import Reporting

/// What the process ends with, `mailgraded` as well.
public enum CommandStatus: Int32, Sendable, Hashable {
    /// A letter was given, and it is not below the bar.
    case graded = 0
    /// The grade is certainly below the bar.
    case below = 1
    /// The command line, the profile or a file it names is wrong.
    case usage = 2
    /// No letter could be given, or too much could not be determined to say whether it meets the bar.
    case untold = 3
    /// There is nothing to grade, which is certain: the domain takes no mail.
    case nothing = 4
    /// The report could not be written.
    case unwritten = 5
    /// Interrupted.
    case interrupted = 130

    /// What a result comes to.
    init(_ standing: Standing) {
        switch standing {
        case .met: self = .graded
        case .missed: self = .below
        case .open: self = .untold
        case .nothing: self = .nothing
        }
    }
}
