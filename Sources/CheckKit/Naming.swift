public import MailModel

/// A fact that was learnt by naming the domain under test to a server: it belongs to that domain, and says which one it is.
///
/// Connections are scarce, so the domain is named on one that a probe has anyway. That probe's own fact holds for every domain; what
/// names the domain it keeps apart, through `InName`.
public protocol NamedFact: ServerFact {
    /// What several probes have learnt, put together.
    init(joining parts: [Self])
}

/// The domain under test, for the probe of a server that must name it, with a place for what it learns so. The only way for such a
/// probe to know the domain; nothing of it may get into the probe's own fact.
public struct InName<F: NamedFact>: ServerNeed {
    /// The domain.
    public let domain: DomainName
    private let notes: NameNotes

    /// A domain; made by the engine.
    package init(of domain: DomainName, notes: NameNotes = NameNotes()) {
        self.domain = domain
        self.notes = notes
    }

    /// Keeps what is known so far, in place of what this probe kept before.
    public func keep(_ fact: F) { notes.keep(fact) }

    /// What other probes have learnt at this server, each part by itself.
    public var earlier: [F] { notes.earlier.compactMap { $0 as? F } }

    /// Not a fact.
    public static var dependency: Dependency? { nil }

    /// Never throws.
    public static func draw(from inputs: Inputs) throws(Absence) -> Self {
        InName(of: inputs.evidence.domain, notes: inputs.names)
    }
}

/// What one probe has learnt in the name of the domain, and what others had before. Made by the engine.
package final class NameNotes: Sendable {
    let earlier: [any NamedFact]
    private let told: @Sendable (any NamedFact) -> Void
    private let notes = Locked<[FactID: any NamedFact]>([:])

    /// Notes of a probe, at a place where others have learnt something before; `told` hears of everything that is kept.
    package init(earlier: [any NamedFact] = [], told: @escaping @Sendable (any NamedFact) -> Void = { _ in }) {
        self.earlier = earlier
        self.told = told
    }

    func keep(_ fact: some NamedFact) {
        notes.withLock { $0[type(of: fact).id] = fact }
        told(fact)
    }

    /// What was kept, in a stable order.
    package var kept: [any NamedFact] { notes.withLock { notes in notes.sorted { $0.key < $1.key }.map(\.value) } }
}
