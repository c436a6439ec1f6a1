public import MailModel

/// Finds every suite and group that a server accepts in a version.
///
/// ## How many connections it takes
///
/// A ClientHello is answered with one choice or with a refusal, and either ends the connection. A choice shows one suite,
/// so a server that accepts n suites must be asked n times; that there are no more is known only from a refusal: **n + 1
/// connections for each version is the least possible**, whatever the strategy, as long as a server shows nothing but its
/// choice. Groups come in the same answers and cost nothing until the suites are used up: max(n, g) + 1 for n suites and g
/// groups, and up to 2 more to tell which of the two a refusal was about. Splitting the suites into k parts that are asked
/// side by side takes n + k connections in about n ÷ k round trips. A version that the server does not speak costs one.
public struct Enumeration: Sendable {
    /// What is known of one version.
    public struct Result: Sendable, Hashable {
        /// The version.
        public var version: TLSVersion
        /// What the server chose, one choice for each accepted suite; by code point.
        public var choices: [ServerChoice]
        /// The accepted groups, by code point.
        public var groups: [UInt16]
        /// Whether the server did not answer a large ClientHello and had to be asked with smaller ones.
        public var droppedLargeHello: Bool
        /// Why more may be accepted than is listed; nil when the list is whole.
        public var obstacle: Obstacle?
    }

    private let shape: HelloOffer
    private let lanes: Int

    /// An enumeration that splits each version into so many lanes. `shape` gives the rest of the hello.
    public init(shape: HelloOffer, lanes: Int) {
        self.shape = shape
        self.lanes = max(1, lanes)
    }

    /// More suites than this are not offered in one hello: some servers stop reading at 128.
    static let largestOffer = 120

    /// Enumerates one version.
    public func run(_ version: TLSVersion, _ questioner: Questioner) async -> Result {
        let groups = Self.groups(version)
        let parts = Self.parts(version, lanes: lanes)
        return await withTaskGroup(of: SuiteFamily.self) { tasks in
            for (index, suites) in parts.enumerated() {
                tasks.addTask {
                    let family = SuiteFamily(version: version, suites: suites, groups: groups, findsGroups: index == 0)
                    return await ask(family, questioner)
                }
            }
            var families: [SuiteFamily] = []
            for await family in tasks { families.append(family) }
            let choices = families.flatMap(\.found)
            if !families.contains(where: \.hasSoughtGroups), !families.contains(where: { $0.obstacle != nil }) {
                families.append(await ask(SuiteFamily(version: version, groups: groups, known: choices), questioner))
            }
            return Result(
                version: version, choices: choices.sorted { $0.suite < $1.suite },
                groups: Set(families.flatMap { $0.found.compactMap(\.group) + $0.groupsFound }).sorted(),
                droppedLargeHello: families.contains(where: \.droppedLargeHello),
                obstacle: families.lazy.compactMap(\.obstacle).first)
        }
    }

    private func ask(_ start: SuiteFamily, _ questioner: Questioner) async -> SuiteFamily {
        var family = start
        while let question = family.question {
            var offer = shape
            offer.versions = [family.version]
            offer.suites = question.suites
            offer.groups = question.groups
            do throws(Obstacle) {
                family.take(try await questioner.ask(offer))
            } catch {
                family.take(error)
            }
        }
        return family
    }

    /// The groups of a version. Up to TLS 1.2 a client that names a finite field binds the server to such groups (RFC 7919,
    /// section 4); one that names none learns which prime the server uses on its own.
    static func groups(_ version: TLSVersion) -> [UInt16] {
        NamedGroup.all.filter { $0.fits(version) && (version == .tls13 || $0.kind != .finiteField) }.map(\.code)
    }

    /// The suites of a version dealt into parts of about as many likely ones each. The first has the suites with a group in
    /// front, because it finds the groups too.
    static func parts(_ version: TLSVersion, lanes: Int) -> [[UInt16]] {
        let suites = CipherSuite.all.filter { $0.fits(version) && $0.keyExchange != .null }
        let sorted = suites.sorted { ($0.rarity, $0.code) < ($1.rarity, $1.code) }
        // TLS 1.3 has a handful of suites; groups are what takes long there.
        let count = version == .tls13 ? 1 : max(lanes, (sorted.count + largestOffer - 1) / largestOffer)
        return (0..<count).map { part in
            stride(from: part, to: sorted.count, by: count).map { sorted[$0].code }
        }
    }
}

extension CipherSuite {
    /// Likely suites first: those with forward secrecy, then those that servers of the last twenty years had switched on.
    fileprivate var rarity: Int {
        guard [.rsa, .ecdsa, .anonymous, .any].contains(authentication), !isExport,
            [.aes, .chacha20, .camellia, .aria, .rc4, .tripleDES, .seed].contains(cipher)
        else { return 4 }
        switch (keyExchange, authentication) {
        case (.ecdhe, .rsa), (.any, _): return 0
        case (.dhe, .rsa), (.rsa, _): return 1
        case (_, .anonymous): return 2
        default: return 3
        }
    }
}
