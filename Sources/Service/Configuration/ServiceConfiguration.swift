public import Batch
public import FoundationEssentials
public import MailModel

/// What `mailgraded.yaml` says: what the page offers, whom it turns away, who may do more than look, and what is watched.
public struct ServiceConfiguration: Sendable, Hashable {
    /// Profiles that the page offers, built-in ones and files; the first is the one that is shown.
    public var profiles = ["default"]
    /// How servers of others are treated.
    public var manners = Manners()
    /// Where the service is found by others: `https://grade.example.net`; nil where it is not known.
    public var address: String?
    /// What protects others and us.
    public var limits = Limits()
    /// Who may do more than look, by a name for logs.
    public var tokens: [String: Token] = [:]
    /// Lists of domains that are watched or shown together, by name.
    public var lists: [String: WatchedList] = [:]
    /// Where alerts go, by name.
    public var channels: [String: Channel] = [:]
    /// When everything is silent.
    public var maintenance: [MaintenanceWindow] = []
    /// How long runs nobody watches are kept.
    public var keep = Duration.seconds(90 * 86_400)
    /// After how long an alert that nobody has acknowledged is told again; nil never.
    public var remind: Duration? = .seconds(7 * 86_400)

    /// A service without lists.
    public init() {}

    /// What protects others and us.
    public struct Limits: Sendable, Hashable {
        /// How many runs go on at a time.
        public var runs = 20
        /// How many wait for their turn before others are turned away.
        public var queue = 200
        /// How many runs one network of clients, /24 or /64, may have going at a time.
        public var runsOfClient = 2
        /// How many runs one network of clients may start in an hour.
        public var runsOfClientInHour = 20
        /// For how long a result of a domain is answered instead of a new run.
        public var coolDown = Duration.seconds(60)

        /// The limits of a public page.
        public init() {}
    }

    /// What the bearer of a token may do; the token itself is not kept.
    public struct Token: Sendable, Hashable {
        /// What a token may be for.
        public enum Right: String, Sendable, Hashable, CaseIterable {
            /// Look at lists and at the history of any domain.
            case lists
            /// Delete results of others.
            case delete
            /// Grade under a profile of one's own.
            case profiles
        }

        /// SHA-256 of the token, hexadecimal, lower case.
        public var digest: String
        /// What it is for.
        public var rights: Set<Right>

        /// A token.
        public init(digest: String, rights: Set<Right>) {
            self.digest = digest
            self.rights = rights
        }
    }
}

/// Domains that are watched together.
public struct WatchedList: Sendable, Hashable {
    /// The domains, in the order in which they were named.
    public var domains: [DomainName] = []
    /// The profiles by which they are graded; the first decides alerts.
    public var profiles = ["default"]
    /// How often what the DNS says is looked at, without a connection to a mail server; nil never.
    public var lookups: Duration? = .seconds(3600)
    /// How often certificates are looked at, with one connection to each server; nil never.
    public var certificates: Duration? = .seconds(86_400)
    /// How often everything is looked at and graded.
    public var graded = Duration.seconds(7 * 86_400)
    /// What is told to whom.
    public var alerts: [AlertRule] = []

    /// An empty list.
    public init() {}
}

/// What is told, and to whom.
public struct AlertRule: Sendable, Hashable {
    /// What an alert may be about.
    public enum Subject: Sendable, Hashable {
        /// The letter is worse than this one.
        case gradeBelow(String)
        /// The letter has become worse than it was.
        case drop
        /// A fact has changed, whatever that does to the letter.
        case change
        /// A certificate ends within so many days.
        case certificateEnds(days: Int)
        /// A finding, by its code.
        case finding(String)
        /// What will go wrong by what is known now: TLSA that do not match the next key, signatures that end, a policy that an old
        /// `max_age` still holds.
        case forecast
    }

    /// What it is about.
    public var subject: Subject
    /// The names of channels.
    public var channels: [String]

    /// A rule.
    public init(_ subject: Subject, channels: [String]) {
        self.subject = subject
        self.channels = channels
    }
}

/// Where alerts go. Secrets stay in their files, which are read at each delivery: who changes one need not start anew.
public enum Channel: Sendable, Hashable {
    /// Mail, handed to a relay by SMTP.
    case mail(relay: MailRelay, from: String, to: [String])
    /// A POST of JSON, with an HMAC-SHA-256 of the body by a secret in a file.
    case webhook(WebAddress, secretFile: String?)
    /// A topic of ntfy, and the file of its access token.
    case ntfy(WebAddress, tokenFile: String?)
    /// A program in a folder, which gets the alert as JSON on standard input.
    case command(folder: String, words: [String])
}

/// From when to when alerts are not sent; what happens meanwhile is sent afterwards, if it still holds.
public struct MaintenanceWindow: Sendable, Hashable {
    /// The lists it is about; empty for all.
    public var lists: [String]
    /// Its first instant.
    public var from: Date
    /// The first instant after it.
    public var until: Date

    /// A window.
    public init(lists: [String] = [], from: Date, until: Date) {
        self.lists = lists
        self.from = from
        self.until = until
    }
}
