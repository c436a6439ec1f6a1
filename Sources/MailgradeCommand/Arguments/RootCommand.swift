internal import ArgumentParser
internal import FoundationEssentials
internal import MailgradeKit

/// The list of subcommands; it does nothing itself.
struct RootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mailgrade", abstract: "Grades a domain\u{2019}s mail transport security.",
        version: VersionLine.text(of: "mailgrade"),
        subcommands: [
            GradeCommand.self, JudgeCommand.self, BatchCommand.self, FilterCommand.self, DiffCommand.self,
            MannersCommand.self,
            ProfileCommand.self, CheckCommand.self, ExplainCommand.self,
            PlanCommand.self, SchemaCommand.self,
        ],
        defaultSubcommand: GradeCommand.self)
}

/// `mailgrade DOMAIN`.
struct GradeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grade", abstract: "Grades a domain\u{2019}s mail transport security, from A+ to F.",
        usage: """
            mailgrade DOMAIN [options]
            mailgrade judge EVIDENCE.json\u{2026} [options]
            mailgrade batch LIST [options]
            mailgrade filter resolve|probe|judge
            mailgrade diff STORE
            mailgrade manners [FILE]
            mailgrade explain CODE|CHECK|PROFILE|GRADE
            mailgrade profile list|show|check|test|diff|new|schema
            mailgrade check list|show|new|input
            mailgrade plan [DOMAIN] [options]
            mailgrade schema report|events|evidence|facts|plan|batch|filter|program-input|program-answer|profile|profile-tests
            """,
        discussion: """
            Looks up where the domain receives mail, talks to every mail server on port 25, and says what it saw, how \
            that is graded and what to fix first. No mail is sent.

            Exit status: 0 graded and not below --fail-under, or compliant; 1 below it, not compliant, or what \
            --fail-on names was found; 2 an error in the command line, the profile or a file; 3 no grade could be \
            given, or too much could not be determined; 4 the domain takes no mail; 5 the report could not be written; \
            130 interrupted.

            Examples:
              mailgrade example.com
              mailgrade example.com --format html=report.html --evidence run.json
              mailgrade judge run.json --profile cisa-bod-18-01
              mailgrade example.com --summary --fail-under B
            """)

    // A list, so that whoever names two is told what to do instead.
    @Argument(help: ArgumentHelp("The domain to grade: the part of a mail address after the @.", valueName: "domain"))
    var domains: [String] = []

    @OptionGroup(title: "Report options") var report: ReportOptions

    @Option(
        help: ArgumentHelp("Save everything that was observed, to be judged again later.", valueName: "file"),
        completion: .file())
    var evidence: String?

    @Flag(help: "Run every check and ask for every cipher suite, whatever the profile needs.")
    var deep = false

    @Flag(help: "Show progress even where standard error is no terminal.")
    var progress = false

    @OptionGroup(title: "Network options") var network: NetworkOptions
}

/// `mailgrade judge`.
struct JudgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge", abstract: "Grades saved evidence again, without sending a packet.",
        usage: "mailgrade judge EVIDENCE.json\u{2026} [options]",
        discussion: """
            Several files, or a folder of them, give a table with a row each. The formats csv, csv-servers, ndjson and github take \
            several runs too.
            """)

    @Argument(
        help: "Files that --evidence has saved, or folders of them; - is standard input.",
        completion: .file(extensions: ["json"]))
    var evidence: [String] = []

    @Option(
        help: ArgumentHelp(
            "Judge certificates and waivers as of this instant instead of the run's, for example 2026-12-31T00:00:00Z.",
            valueName: "instant"),
        transform: Self.instant)
    var at: Date?

    @Sendable static func instant(_ text: String) throws -> Date {
        guard let date = Date(instant: text) else {
            throw ValidationError("Use a date and time in UTC such as 2026-12-31T00:00:00Z.")
        }
        return date
    }

    @Flag(
        help: """
            Run the programs of external checks on this evidence, instead of taking what they answered when it was collected.
            """)
    var runPrograms = false

    @OptionGroup(title: "Report options") var report: ReportOptions
}
