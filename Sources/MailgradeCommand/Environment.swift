public import FoundationEssentials
public import MailModel
public import MailgradeKit

/// Everything that the command takes from the machine it runs on; tests put something else here.
public struct Environment: Sendable {
    /// Where the report goes.
    public var output: TextOutput
    /// Where progress and complaints go.
    public var errors: TextOutput
    /// The name of this machine, as the system knows it; used in EHLO when it is a full name.
    public var hostName: String
    /// The clock on the wall.
    public var now: @Sendable () -> Date
    /// Opens the wire.
    public var wire: @Sendable (WireRequest) async throws -> Wire
    /// Opens what the wires of many runs share; each call of what it gives opens a wire.
    public var network: @Sendable (WireRequest) throws -> @Sendable (WireRequest) async throws -> Wire
    /// Calls the closure when the person interrupts the run, at most once.
    public var onInterrupt: @Sendable (@escaping @Sendable () -> Void) -> Void

    /// Environment made of their parts.
    public init(
        output: TextOutput, errors: TextOutput, hostName: String = "", now: @escaping @Sendable () -> Date,
        wire: @escaping @Sendable (WireRequest) async throws -> Wire,
        onInterrupt: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void = { _ in }
    ) {
        self.output = output
        self.errors = errors
        self.hostName = hostName
        self.now = now
        self.wire = wire
        network = { _ in wire }
        self.onInterrupt = onInterrupt
    }
}

/// A place where text goes.
public struct TextOutput: Sendable {
    /// Whether a person looks at it, so that lines may be drawn again.
    public var isTerminal: Bool
    /// Whether colours may be used.
    public var hasColour: Bool
    /// Writes text as it is.
    public var write: @Sendable (String) -> Void
    /// Why something could not be written so far, a phrase; nil where all was, or where nobody reads any more.
    public var failure: @Sendable () -> String? = { nil }
    /// Whether nobody reads any more.
    public var isUnread: @Sendable () -> Bool = { false }
    private let size: @Sendable () -> (columns: Int, rows: Int)

    /// How many columns there are now.
    public var width: Int { size().columns }
    /// How many rows there are now.
    public var height: Int { size().rows }

    /// A place of a size that may change.
    public init(
        isTerminal: Bool, hasColour: Bool = false,
        size: @escaping @Sendable () -> (columns: Int, rows: Int) = { (80, 24) },
        write: @escaping @Sendable (String) -> Void
    ) {
        self.isTerminal = isTerminal
        self.hasColour = hasColour
        self.size = size
        self.write = write
    }
}
