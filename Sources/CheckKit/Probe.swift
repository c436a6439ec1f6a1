internal import MailModel

/// Collects one fact. The only kind of step that may touch the network.
public struct Probe: Sendable {
    /// The fact it provides.
    package let provides: FactType
    /// The facts it asks for.
    package let needs: [Dependency]
    /// What it is doing, for people who watch; nil says nothing.
    package let activity: Activity?
    /// Its own time limit; nil leaves it to the waits of the wire and the run's deadline.
    package let timeLimit: Duration?
    /// Whether what it learns belongs to the domain under test, whatever its scope and its needs are: it is not shared then.
    package let isOfDomain: Bool
    /// Collects the fact at one place.
    package let collect: @Sendable (ProbeContext, Inputs) async throws -> any Fact

    /// A probe that is not written in Swift: the fact, what it needs, and how it is learnt. The others are made by `perDomain`,
    /// `perHost`, `perAddress` and `perServer`.
    package init(
        _ provides: FactType, _ needs: [Dependency], _ activity: Activity?, _ timeLimit: Duration? = nil,
        isOfDomain: Bool = false, collect: @escaping @Sendable (ProbeContext, Inputs) async throws -> any Fact
    ) {
        self.provides = provides
        self.needs = needs
        self.activity = activity
        self.timeLimit = timeLimit
        self.isOfDomain = isOfDomain
        self.collect = collect
    }

    /// A probe that runs once.
    public static func perDomain<each N: DomainNeed, F: DomainFact>(
        _ activity: Activity? = nil, timeLimit: Duration? = nil,
        _ collect: @escaping @Sendable (DomainTarget, repeat each N) async throws -> F
    ) -> Probe {
        Probe(F.factType, dependencies(repeat (each N).self), activity, timeLimit) {
            context, inputs in
            let target = DomainTarget(context: context, domain: inputs.evidence.domain)
            return try await collect(target, repeat try (each N).draw(from: inputs))
        }
    }

    /// A probe that runs for each MX host.
    public static func perHost<each N: HostNeed, F: HostFact>(
        _ activity: Activity? = nil, timeLimit: Duration? = nil,
        _ collect: @escaping @Sendable (HostTarget, repeat each N) async throws -> F
    ) -> Probe {
        Probe(F.factType, dependencies(repeat (each N).self), activity, timeLimit) {
            context, inputs in
            guard case .host(let host) = inputs.place else { throw Absence.unplanned }
            return try await collect(HostTarget(context: context, host: host), repeat try (each N).draw(from: inputs))
        }
    }

    /// A probe that runs for each address.
    public static func perAddress<each N: AddressNeed, F: AddressFact>(
        _ activity: Activity? = nil, timeLimit: Duration? = nil,
        _ collect: @escaping @Sendable (AddressTarget, repeat each N) async throws -> F
    ) -> Probe {
        Probe(F.factType, dependencies(repeat (each N).self), activity, timeLimit) {
            context, inputs in
            guard case .address(let address) = inputs.place,
                let server = inputs.evidence.servers.first(where: { $0.address == address })
            else { throw Absence.unplanned }
            let target = AddressTarget(context: context, address: address, server: server)
            return try await collect(target, repeat try (each N).draw(from: inputs))
        }
    }

    /// A probe that runs for each server.
    public static func perServer<each N: ServerNeed, F: ServerFact>(
        _ activity: Activity? = nil, timeLimit: Duration? = nil,
        _ collect: @escaping @Sendable (ServerTarget, repeat each N) async throws -> F
    ) -> Probe {
        Probe(F.factType, dependencies(repeat (each N).self), activity, timeLimit) {
            context, inputs in
            guard case .server(let server) = inputs.place else { throw Absence.unplanned }
            return try await collect(
                ServerTarget(context: context, server: server), repeat try (each N).draw(from: inputs))
        }
    }

    /// A probe for each server that drafts its fact: each update is kept, and the fact is there even when the probe
    /// fails, times out or is cancelled.
    public static func perServer<each N: ServerNeed, F: ServerFact & DraftFact>(
        _ activity: Activity? = nil, drafting start: F, timeLimit: Duration? = nil,
        _ collect: @escaping @Sendable (ServerTarget, Draft<F>, repeat each N) async throws -> Void
    ) -> Probe {
        Probe(F.factType, dependencies(repeat (each N).self), activity, timeLimit) {
            context, inputs in
            guard case .server(let server) = inputs.place else { throw Absence.unplanned }
            let target = ServerTarget(context: context, server: server)
            // The needs are drawn before anything is kept: a blocked probe leaves no empty draft behind.
            let needs = (repeat try (each N).draw(from: inputs))
            let draft = Draft(start, keep: context.keep)
            draft.update { _ in }
            try await collect(target, draft, repeat each needs)
            return draft.fact
        }
    }
}

extension Probe {
    /// A probe for each address that drafts its fact: each update is kept, and the fact is there even when the probe
    /// fails, times out or is cancelled.
    public static func perAddress<each N: AddressNeed, F: AddressFact & DraftFact>(
        _ activity: Activity? = nil, drafting start: F, timeLimit: Duration? = nil,
        _ collect: @escaping @Sendable (AddressTarget, Draft<F>, repeat each N) async throws -> Void
    ) -> Probe {
        Probe(F.factType, dependencies(repeat (each N).self), activity, timeLimit) {
            context, inputs in
            guard case .address(let address) = inputs.place,
                let server = inputs.evidence.servers.first(where: { $0.address == address })
            else { throw Absence.unplanned }
            let target = AddressTarget(context: context, address: address, server: server)
            let needs = (repeat try (each N).draw(from: inputs))
            let draft = Draft(start, keep: context.keep)
            draft.update { _ in }
            try await collect(target, draft, repeat each needs)
            return draft.fact
        }
    }
}

/// Computes one fact from others: pure, never stored, computed again whenever evidence is read.
public struct Derivation: Sendable {
    /// The fact it provides.
    package let provides: FactType
    /// The facts it asks for.
    package let needs: [Dependency]
    /// Computes the fact at one place.
    package let derive: @Sendable (Inputs) throws(Absence) -> any Fact

    /// A derivation for the whole domain.
    public static func perDomain<each N: DomainNeed, F: DomainFact>(
        _ derive: @escaping @Sendable (repeat each N) throws(Absence) -> F
    ) -> Derivation {
        make(derive)
    }

    /// A derivation for each MX host.
    public static func perHost<each N: HostNeed, F: HostFact>(
        _ derive: @escaping @Sendable (repeat each N) throws(Absence) -> F
    ) -> Derivation {
        make(derive)
    }

    /// A derivation for each address.
    public static func perAddress<each N: AddressNeed, F: AddressFact>(
        _ derive: @escaping @Sendable (repeat each N) throws(Absence) -> F
    ) -> Derivation {
        make(derive)
    }

    /// A derivation for each server.
    public static func perServer<each N: ServerNeed, F: ServerFact>(
        _ derive: @escaping @Sendable (repeat each N) throws(Absence) -> F
    ) -> Derivation {
        make(derive)
    }

    private static func make<each N: Need, F: Fact>(
        _ derive: @escaping @Sendable (repeat each N) throws(Absence) -> F
    ) -> Derivation {
        Derivation(
            provides: F.factType, needs: dependencies(repeat (each N).self),
            derive: { (inputs: Inputs) throws(Absence) -> any Fact in
                try derive(repeat try (each N).draw(from: inputs))
            })
    }
}
