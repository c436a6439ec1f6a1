public import FoundationEssentials
public import MailModel

/// Everything that the command takes from the machine it runs on; tests put something else here.
public struct Surroundings: Sendable {
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
    /// Calls the closure when the person interrupts the run, at most once.
    public var onInterrupt: @Sendable (@escaping @Sendable () -> Void) -> Void

    /// Surroundings made of their parts.
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

/// What kind of wire a run needs.
public struct WireRequest: Sendable {
    /// The domain of the run, for which the DNS is asked ahead; nil for none.
    public var domain: DomainName?
    /// The value of `--resolver`.
    public var resolver: String = "system"
    /// The file of DNSSEC trust anchors; nil for the root's own keys.
    public var trustAnchorFile: String?
    /// The file of certificate authorities; nil for the system's.
    public var caFile: String?
    /// Special-purpose networks that may be contacted.
    public var allowed: [AddressBlock] = []
    /// How many connections one address may see at a time.
    public var connectionsPerServer = 3
    /// The least time between the beginnings of two connections to one address.
    public var spacing: Duration = .zero
    /// The waits after signs of throttling.
    public var patience: [Duration] = Manners().patience
    /// How long it may take to find out what the resolver does.
    public var resolverPatience: Duration = .seconds(10)
    /// Says something that is worth knowing about the wire, one sentence.
    public var note: @Sendable (String) -> Void = { _ in }

    /// The wire of a run without options.
    public init() {}
}
