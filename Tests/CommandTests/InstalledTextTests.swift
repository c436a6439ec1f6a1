import CheckEngine
import FoundationEssentials
import Testing

@testable import MailgradeCommand

/// What is installed beside the program is written from what the program says of itself.
@Suite struct InstalledTextTests {
    @Test(arguments: ["bash", "zsh", "fish"])
    func `Completion offers commands and options as they are typed`(_ shell: String) async {
        let outcome = await Rig().run("--generate-completion-script", shell)
        #expect(outcome.status == .graded)
        #expect(outcome.errors == "")
        let dashes = shell == "fish" ? "" : "--"
        for word in ["judge", "profile", "explain", "schema", "\(dashes)fail-under", "\(dashes)resolver", "sarif"] {
            #expect(outcome.output.contains(word), "\(word)")
        }
        // Nobody types `grade`.
        #expect(!outcome.output.contains("_mailgrade_grade"))
    }

    @Test func `A shell without completion is refused`() async {
        let outcome = await Rig().run("--generate-completion-script", "cmd")
        #expect(outcome.status == .usage)
        #expect(outcome.output == "")
    }

    @Test func `The manual is written from every argument`() async throws {
        let outcome = await Rig().run("--experimental-dump-help")
        #expect(outcome.status == .graded)
        let command = try JSONDecoder().decode(Dump.self, from: Data(outcome.output.utf8)).command
        #expect(command.commandName == "mailgrade")
        #expect(command.discussion?.contains("Exit status") == true)
        let names = command.arguments.flatMap { $0.names ?? [] }.map(\.name)
        #expect(Set(["profile", "evidence", "deadline", "version"]).isSubset(of: names))
        #expect(
            command.subcommands?.map(\.commandName) == [
                "judge", "batch", "filter", "diff", "manners", "profile", "check", "explain", "plan", "schema", "help",
            ])
        for argument in command.arguments { #expect(argument.abstract?.isEmpty == false) }
    }

    @Test func `The version is printed, and the commit where the build knew it`() async {
        #expect(await Rig().run("--version").output == "\(VersionLine.text(of: "mailgrade"))\n")
        #expect(VersionLine.text(of: "mailgraded").hasPrefix("mailgraded \(Engine.version)"))
        #expect(VersionLine.text(of: "mailgrade", commit: "") == "mailgrade \(Engine.version)")
        #expect(VersionLine.text(of: "mailgrade", commit: "abc1234") == "mailgrade \(Engine.version) (abc1234)")
    }

    /// What the manual needs of the argument parser's description, which it calls experimental.
    private struct Dump: Decodable {
        let command: Command

        struct Command: Decodable {
            let commandName: String
            let discussion: String?
            let arguments: [Argument]
            let subcommands: [Command]?
        }

        struct Argument: Decodable {
            let abstract: String?
            let names: [Name]?
        }

        struct Name: Decodable { let name: String }
    }
}
