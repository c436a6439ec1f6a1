internal import CBuild
internal import CheckEngine

/// What `--version` prints.
package enum VersionLine {
    /// The line of one of the programs.
    package static func text(of program: String) -> String {
        text(of: program, commit: String(cString: build_commit()))
    }

    /// The version, and the commit where the build knew it: `mailgrade 0.2.0 (abc1234)`.
    static func text(of program: String, commit: String) -> String {
        "\(program) \(Engine.version)" + (commit.isEmpty ? "" : " (\(commit))")
    }
}
