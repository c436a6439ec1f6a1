internal import CBuild
internal import CheckEngine

/// What `--version` prints.
package enum VersionLine {
    /// The line of this program.
    package static let text = text(commit: String(cString: build_commit()))

    /// The version, and the commit where the build knew it: `mailgrade 0.2.0 (abc1234)`.
    static func text(commit: String) -> String {
        "mailgrade \(Engine.version)" + (commit.isEmpty ? "" : " (\(commit))")
    }
}
