public import MailModel

/// What every probe works with: the wire, and the run's settings. It does not know the domain under test, and so neither does a
/// probe of a host, an address or a server: what it learns holds for every domain whose mail goes there.
public struct ProbeContext: Sendable {
    /// The one door to the network.
    public let wire: Wire
    /// How the run behaves.
    public let settings: RunSettings
    /// Keeps what a probe has learnt so far.
    let keep: @Sendable (any DraftFact) -> Void
    /// Files a transcript under a label.
    let file: @Sendable (String, Transcript) -> Void

    /// A context; the engine makes one for each probe it starts.
    package init(
        wire: Wire, settings: RunSettings,
        keep: @escaping @Sendable (any DraftFact) -> Void = { _ in },
        file: @escaping @Sendable (String, Transcript) -> Void = { _, _ in }
    ) {
        self.wire = wire
        self.settings = settings
        self.keep = keep
        self.file = file
    }
}

/// A place to probe, with the wire to do it.
public protocol Target: Sendable {
    /// The wire and the settings.
    var context: ProbeContext { get }
}

extension Target {
    /// The one door to the network.
    public var wire: Wire { context.wire }
    /// How the run behaves.
    public var settings: RunSettings { context.settings }

    /// A transcript that is saved with the evidence under a label, whatever becomes of the probe.
    public func transcript(_ label: String) -> Transcript {
        let transcript = Transcript()
        context.file(label, transcript)
        return transcript
    }
}

extension Target {
    /// Begins the probe's fact: from now on what is learnt survives, whatever becomes of the probe.
    public func draft<F: DraftFact>(_ start: F) -> Draft<F> {
        let draft = Draft(start, keep: context.keep)
        draft.update { _ in }
        return draft
    }
}

/// The domain to probe: the only target that knows the domain.
public struct DomainTarget: Target {
    /// The wire and the settings.
    public let context: ProbeContext
    /// The domain under test.
    public let domain: DomainName
}

/// An MX host to probe.
public struct HostTarget: Target {
    /// The wire and the settings.
    public let context: ProbeContext
    /// The host.
    public let host: DomainName
}

/// An address to probe.
public struct AddressTarget: Target {
    /// The wire and the settings.
    public let context: ProbeContext
    /// The address.
    public let address: IPAddress
    /// A server at the address, for connections: the first host that leads here.
    public let server: MailServer
}

/// A server to probe.
public struct ServerTarget: Target {
    /// The wire and the settings.
    public let context: ProbeContext
    /// The server.
    public let server: MailServer
}

/// A fact in the making. Each update is kept: a deadline or a cancellation never loses what was seen.
public final class Draft<F: DraftFact>: Sendable {
    private struct State {
        var fact: F
        var changes = 0
        var kept = 0
        var isKeeping = false
    }

    private let state: Locked<State>
    private let keep: @Sendable (any DraftFact) -> Void

    /// A draft that starts from a value; probes get theirs from the engine, or by `Target.draft`.
    package init(_ start: F, keep: @escaping @Sendable (any DraftFact) -> Void = { _ in }) {
        state = Locked(State(fact: start))
        self.keep = keep
    }

    /// Changes the fact and keeps it. Where others change it at the same time, one of them keeps what all have changed, so that
    /// nothing older is kept after something newer.
    public func update(_ change: @Sendable (inout F) -> Void) {
        var next: F? = state.withLock { state in
            change(&state.fact)
            state.changes += 1
            guard !state.isKeeping else { return nil }
            state.isKeeping = true
            state.kept = state.changes
            return state.fact
        }
        while let fact = next {
            keep(fact)
            next = state.withLock { state in
                state.isKeeping = state.kept != state.changes
                state.kept = state.changes
                return state.isKeeping ? state.fact : nil
            }
        }
    }

    /// The fact so far.
    public var fact: F { state.withLock { $0.fact } }
}
