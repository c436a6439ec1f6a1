public import CheckKit

/// The command `mailgraded` as a library: another package runs it with checks of its own.
public enum ServiceCommand {
    /// Runs the command with this process's arguments, and ends the process with its status.
    public static func main(_ plugins: [Plugin]) async {}
}
