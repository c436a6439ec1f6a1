/// The stable name of a fact, for example `smtp.conversation`; saved evidence is read by it.
public struct FactID: Hashable, Sendable, Codable, Comparable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The name.
    public let text: String

    /// A name.
    public init(_ text: String) { self.text = text }

    /// A name.
    public init(stringLiteral text: String) { self.text = text }

    /// The name.
    public var description: String { text }

    /// By name.
    public static func < (left: FactID, right: FactID) -> Bool { left.text < right.text }

    /// Reads the name.
    public init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes the name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// One observation: a value that a probe learnt or a derivation computed.
///
/// A type conforms through one of the four protocols below, which say at what kind of place it holds.
/// Adding an optional property keeps old evidence readable; anything else needs a new `version`.
public protocol Fact: Need, Codable, Equatable {
    /// The stable name.
    static var id: FactID { get }
    /// The version of the stored form, from 1.
    static var version: Int { get }
    /// The kind of place where it holds.
    static var scope: Scope { get }
    /// A phrase for people who watch: what is known so far; nil where there is nothing to say.
    var inBrief: String? { get }
    /// Whether it leaves something open that another look may settle (a timeout, a reply that says "later"): it is not kept for other
    /// runs then.
    var leavesOpen: Bool { get }
    /// The same without what differs at each look whatever the server does: a random key share, the time in a greeting. Where two are
    /// alike in it, nothing has changed.
    var lasting: Self { get }
}

/// A fact of the whole domain; every step may ask for it.
public protocol DomainFact: Fact, DomainNeed, HostNeed, AddressNeed, ServerNeed {}
/// A fact of an MX host name.
public protocol HostFact: Fact, HostNeed, ServerNeed {}
/// A fact of an address, whatever host name leads to it.
public protocol AddressFact: Fact, AddressNeed, ServerNeed {}
/// A fact of a host at an address.
public protocol ServerFact: Fact, ServerNeed {}

extension Fact {
    /// The first version of the stored form.
    public static var version: Int { 1 }

    /// Nothing.
    public var inBrief: String? { nil }

    /// False.
    public var leavesOpen: Bool { false }

    /// All of it.
    public var lasting: Self { self }

    /// What this fact's type says of itself.
    public static var factType: FactType { FactType(Self.self) }
}

extension DomainFact {
    /// Domain.
    public static var scope: Scope { .domain }
}

extension HostFact {
    /// Host.
    public static var scope: Scope { .host }
}

extension AddressFact {
    /// Address.
    public static var scope: Scope { .address }
}

extension ServerFact {
    /// Server.
    public static var scope: Scope { .server }
}

/// A fact's type as a value: its id, version and scope, and how to read it.
public struct FactType: Sendable, Hashable {
    /// The stable name.
    public let id: FactID
    /// The version of the stored form.
    public let version: Int
    /// The kind of place where it holds.
    public let scope: Scope
    /// The Swift type.
    public let type: any Fact.Type

    init(_ type: any Fact.Type) {
        id = type.id
        version = type.version
        scope = type.scope
        self.type = type
    }

    /// A fact whose id and scope are known only when a profile is read; the type says how it is stored.
    package init(_ id: FactID, scope: Scope, storedAs type: any Fact.Type) {
        self.id = id
        self.scope = scope
        version = type.version
        self.type = type
    }

    /// Equal when the id is.
    public static func == (left: FactType, right: FactType) -> Bool { left.id == right.id }

    /// Hashes the id.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// A fact that is learnt bit by bit: what was learnt survives when its probe is cut off.
public protocol DraftFact: Fact {
    /// Marks what was not reached, because of `why`; called once, when the probe fails, times out or is cancelled.
    mutating func end(_ why: Absence)
}
