public import MailModel

/// Finds every suite and group that a server accepts in a version, and whose order of preference counts.
///
/// ## How many connections it takes
///
/// A ClientHello is answered with one choice or with a refusal, and either ends the connection. A choice shows one suite,
/// so a server that accepts n suites must be asked n times; that there are no more is known only from a refusal: **n + 1
/// connections for each version is the least possible**, whatever the strategy, as long as a server shows nothing but its
/// choice. Groups come in the same answers and cost nothing until the suites are used up: max(n, g) + 1 for n suites and g
/// groups, and up to 2 more to tell which of the two a refusal was about. Splitting the suites into k parts that are asked
/// side by side takes n + k connections in about n ÷ k round trips; the groups, then asked beside them, g + 1 more. Old
/// servers do not read more than 120 suites at once, so TLS 1.2 has at least three parts. What is known to be refused is
/// not offered at all.
///
/// A server with an order of its own gives its answers in that order, whatever stands first in the hello: that shows by
/// itself, for the weak suites are offered first. Where the answers come as they were offered, one connection with two
/// suites the other way round tells whether the server follows the client; the same goes for groups. The parts are made by
/// strength, as most servers sort. Each part but the first answer of it is asked with the first suite of the next one on
/// offer too: the answer that would be a refusal then shows that the part stands above the next. What may be left below is
/// asked for once more at the end, and merged by asking for two suites at a time.
public struct Enumeration: Sendable {
    /// What is known of one version.
    public struct Result: Sendable, Hashable {
        /// The version.
        public var version: TLSVersion
        /// What the server chose, one choice for each accepted suite: in the server's order if it has one, else by code
        /// point.
        public var choices: [ServerChoice]
        /// Whose order of suites counts; nil where there is only one or it cannot be told.
        public var chooser: Chooser?
        /// The accepted groups: in the server's order if it has one, else by code point.
        public var groups: [UInt16]
        /// Whose order of groups counts; nil where there is only one or it cannot be told.
        public var groupChooser: Chooser?
        /// Whether the server did not answer a large ClientHello and had to be asked with smaller ones.
        public var droppedLargeHello: Bool
        /// Why more may be accepted than is listed; nil when the list is whole.
        public var obstacle: Obstacle?
    }

    /// Whose order of preference decides.
    public enum Chooser: String, Sendable, Hashable, Codable {
        case server
        case client
    }

    let shape: HelloOffer
    private let lanes: Int

    /// An enumeration that asks so many questions of each version side by side. `shape` gives the rest of the hello.
    public init(shape: HelloOffer, lanes: Int) {
        self.shape = shape
        self.lanes = max(1, lanes)
    }

    /// More suites than this are not offered in one hello: some servers stop reading at 128.
    static let largestOffer = 120

    /// Enumerates one version, without the suites that are known to be refused.
    public func run(
        _ version: TLSVersion, without refused: Set<UInt16> = [], _ questioner: Questioner
    ) async -> Result {
        let suites = Self.suites(version).filter { !refused.contains($0) }
        let run = EnumerationRun(
            version: version, groups: Self.groups(version), enumeration: self, questioner: questioner)
        return await run.result(suites, lanes: lanes)
    }

    func offer(_ version: TLSVersion, _ suites: [UInt16], _ groups: [UInt16]) -> HelloOffer {
        var offer = shape
        offer.versions = [version]
        offer.suites = suites
        offer.groups = groups
        return offer
    }

    /// The groups of a version; SSL 3.0 has no extension to name them in. Up to TLS 1.2 a client that names a finite field binds the server to such groups (RFC 7919,
    /// section 4); one that names none learns which prime the server uses on its own.
    static func groups(_ version: TLSVersion) -> [UInt16] {
        guard version > .ssl3 else { return [] }
        return NamedGroup.all.filter { $0.fits(version) && (version == .tls13 || $0.kind != .finiteField) }.map(\.code)
    }

    /// The suites of a version, the likely ones first.
    static func suites(_ version: TLSVersion) -> [UInt16] { sortedSuites[version] ?? [] }

    private static let sortedSuites = Dictionary(
        uniqueKeysWithValues: TLSVersion.allCases.map { version in
            let suites = CipherSuite.all.filter { $0.fits(version) && $0.keyExchange != .null }
            return (version, suites.sorted { ($0.rarity, $0.code) < ($1.rarity, $1.code) }.map(\.code))
        })

    /// The likely ones of these suites that come with a curve.
    static func curveSuites(_ suites: [UInt16]) -> [UInt16] {
        suites.filter { CipherSuite.with(code: $0)?.usesCurves == true }
    }

    /// All suites of a version in lists that any server reads, the likely suites in the first.
    public static func suiteLists(_ version: TLSVersion) -> [[UInt16]] {
        let suites = suites(version)
        return stride(from: 0, to: suites.count, by: largestOffer).map { start in
            Array(suites[start..<min(start + largestOffer, suites.count)])
        }
    }

    /// Suites dealt into parts of about as many likely ones each.
    static func parts(_ suites: [UInt16], lanes: Int) -> [[UInt16]] {
        guard !suites.isEmpty else { return [] }
        let count = max(min(lanes, suites.count), (suites.count + largestOffer - 1) / largestOffer)
        return (0..<count).map { part in
            stride(from: part, to: suites.count, by: count).map { suites[$0] }
        }
    }
}

extension Enumeration {
    /// Suites dealt into parts by strength, the strongest first: most servers sort theirs so. The unlikely ones fill the
    /// parts up from behind.
    static func tiers(_ suites: [UInt16]) -> [[UInt16]] {
        let known = suites.compactMap { CipherSuite.with(code: $0) }
        let tiers = Dictionary(grouping: known.filter { $0.rarity < 4 }, by: \.tier)
        var parts = tiers.keys.sorted().map { (tiers[$0] ?? []).map(\.code) }
        var unlikely = known.filter { $0.rarity == 4 }.map(\.code)[...]
        for index in parts.indices.reversed() {
            let space = max(0, largestOffer - parts[index].count)
            parts[index] += unlikely.prefix(space)
            unlikely = unlikely.dropFirst(space)
        }
        return parts + (unlikely.isEmpty ? [] : self.parts(Array(unlikely), lanes: 1))
    }
}

extension CipherSuite {
    /// Whether it is a likely suite of TLS 1.2 or older that comes with a curve.
    fileprivate var usesCurves: Bool { keyExchange == .ecdhe && rarity < 4 }

    /// Where servers put it that sort by strength: OpenSSL by bits, with anonymous suites in front as Postfix has them.
    fileprivate var tier: Int {
        let kind = authentication == .anonymous ? 0 : !hasForwardSecrecy ? 3 : isAEAD ? 1 : 2
        return kind + (bits >= 256 ? 0 : bits >= 128 ? 10 : 20)
    }

    /// Likely suites first: those with forward secrecy, then those that servers of the last twenty years had switched on.
    fileprivate var rarity: Int {
        guard [.rsa, .ecdsa, .anonymous, .any].contains(authentication), !isExport,
            [.aes, .chacha20, .camellia, .aria, .rc4, .tripleDES, .seed].contains(cipher)
        else { return 4 }
        switch (keyExchange, authentication) {
        case (.ecdhe, .rsa), (.ecdhe, .ecdsa), (.any, _): return 0
        case (.dhe, .rsa), (.rsa, _): return 1
        case (_, .anonymous): return 2
        default: return 3
        }
    }
}
