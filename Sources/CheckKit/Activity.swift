/// What a probe is doing, in words for people who watch a run.
public struct Activity: Sendable, Hashable, Codable {
    /// A phrase for its beginning; empty for a probe that first waits for another.
    public var beginning: String
    /// What it is about, for example `MX records`.
    public var subject: String
    /// What it sends; nil where its author does not say.
    public var traffic: Traffic?

    /// The same, with what it sends.
    public func sending(_ traffic: Traffic) -> Activity {
        var activity = self
        activity.traffic = traffic
        return activity
    }

    /// Asks the DNS, or fetches a policy.
    public static func lookingUp(_ subject: String) -> Activity {
        Activity(beginning: "looking up \(subject)", subject: subject)
    }

    /// Asks a server.
    public static func testing(_ subject: String) -> Activity {
        Activity(beginning: "testing \(subject)", subject: subject)
    }

    /// Waits for another probe before it asks a server.
    public static func following(_ subject: String) -> Activity { Activity(beginning: "", subject: subject) }

    /// Runs the program of a check.
    package static func running(_ check: String) -> Activity { Activity(beginning: "running \(check)", subject: check) }

    /// Opens the first connection to a server.
    public static let connecting = Activity(beginning: "connecting", subject: "connection")

    /// A phrase for the end; nil where there is nothing to say, because what it was about does not apply or was not reached.
    package func ending(_ observed: Observed<any Fact>) -> String? {
        switch observed {
        case .present(let fact): fact.inBrief ?? "\(subject) done"
        case .absent(.unplanned), .absent(.notApplicable), .absent(.blocked): nil
        case .absent(let why): "\(subject): \(why)"
        }
    }
}
