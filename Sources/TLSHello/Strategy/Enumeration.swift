public import MailModel

/// Finds every suite and group that a server accepts in a version, and whose order of suites counts.
///
/// ## How many connections it takes
///
/// A ClientHello is answered with one choice or with a refusal, and either ends the connection. A choice shows one suite,
/// so a server that accepts n suites must be asked n times; that there are no more is known only from a refusal: **n + 1
/// connections for each version is the least possible**, whatever the strategy, as long as a server shows nothing but its
/// choice. Groups come in the same answers and cost nothing until the suites are used up: max(n, g) + 1 for n suites and g
/// groups, and up to 2 more to tell which of the two a refusal was about. Splitting the suites into k parts that are asked
/// side by side takes n + k connections in about n ÷ k round trips. A version that the server does not speak costs one.
///
/// Whose order counts is one connection more: the first list once again, back to front. A server with an order of its own
/// gives its answers in that order. Its suites are split by strength, as most servers sort theirs: then one connection for
/// each part tells that all of it stands above the next. Where that is not so, the parts are merged by asking for two
/// suites at a time. Old servers do not read more than 120 suites at once, so TLS 1.2 has at least three parts.
public struct Enumeration: Sendable {
    /// What is known of one version.
    public struct Result: Sendable, Hashable {
        /// The version.
        public var version: TLSVersion
        /// What the server chose, one choice for each accepted suite: in the server's order if it has one, else by code
        /// point.
        public var choices: [ServerChoice]
        /// Whose order counts; nil where there is only one suite or it cannot be told.
        public var chooser: Chooser?
        /// The accepted groups, by code point.
        public var groups: [UInt16]
        /// Whether the server did not answer a large ClientHello and had to be asked with smaller ones.
        public var droppedLargeHello: Bool
        /// Why more may be accepted than is listed; nil when the list is whole.
        public var obstacle: Obstacle?
    }

    /// Whose order of preference decides which suite is used.
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

    /// Enumerates one version.
    public func run(_ version: TLSVersion, _ questioner: Questioner) async -> Result {
        let groups = Self.groups(version)
        let suites = Self.suites(version)
        let likely = Array(suites.prefix(Self.largestOffer))
        var first = SuiteFamily(version: version, suites: likely, groups: groups, findsGroups: true)
        let order = SuiteOrder(version: version, groups: groups, enumeration: self, questioner: questioner)
        await step(&first, questioner)
        let chooser = await order.chooser(likely, first: first.found.first)
        let rest = suites.filter { suite in !first.found.contains { $0.suite == suite } }
        var families: [SuiteFamily]
        if lanes > 1, let chooser, first.question != nil {
            let parts = chooser == .client ? Self.parts(rest, lanes: lanes) : Self.tiers(rest)
            families = await ask(parts, version, groups, findsGroups: true, questioner)
        } else {
            let parts = Self.parts(Array(suites.dropFirst(likely.count)), lanes: 1)
            async let unlikely = ask(parts, version, groups, findsGroups: false, questioner)
            families = [await ask(first, questioner)] + (await unlikely)
            first = families[0]
        }
        let lists = [first.found] + families.map(\.found).filter { $0 != first.found }
        let choices = Dictionary(lists.joined().map { ($0.suite, $0) }, uniquingKeysWith: { first, _ in first })
        let known = Array(choices.values)
        let seen = (families + [first]).flatMap { $0.found.compactMap(\.group) + $0.groupsFound }
        let isOpen =
            !families.contains(where: \.hasSoughtGroups)
            || families.contains(where: \.groupsAreHidden) && known.contains { $0.group != nil && !$0.suite.isECDSA }
        if isOpen, !families.contains(where: { $0.obstacle != nil }) {
            let family = SuiteFamily(version: version, groups: groups, known: known, besides: seen)
            families.append(await ask(family, questioner))
        }
        var result = Result(
            version: version, choices: choices.values.sorted { $0.suite < $1.suite }, chooser: nil,
            groups: Set(seen + (families.last?.groupsFound ?? [])).sorted(),
            droppedLargeHello: families.contains(where: \.droppedLargeHello),
            obstacle: families.lazy.compactMap(\.obstacle).first)
        guard choices.count > 1, result.obstacle == nil else { return result }
        result.chooser = chooser
        guard chooser == .server else { return result }
        let isDoubtful = families.contains { $0.orderIsDoubtful || $0.droppedLargeHello }
        let sorted = await order.sorted(lists.map { $0.map(\.suite) }, isDoubtful: isDoubtful)
        if let sorted { result.choices = sorted.compactMap { choices[$0] } } else { result.chooser = nil }
        return result
    }

    private func ask(
        _ parts: [[UInt16]], _ version: TLSVersion, _ groups: [UInt16], findsGroups: Bool, _ questioner: Questioner
    ) async -> [SuiteFamily] {
        let seeker = parts.firstIndex { part in part.contains { CipherSuite.with(code: $0)?.usesCurves == true } }
        return await withTaskGroup(of: (Int, SuiteFamily).self) { tasks in
            for (index, suites) in parts.enumerated() {
                tasks.addTask {
                    let family = SuiteFamily(
                        version: version, suites: suites, groups: groups, findsGroups: findsGroups && index == seeker)
                    return (index, await ask(family, questioner))
                }
            }
            var families: [(Int, SuiteFamily)] = []
            for await family in tasks { families.append(family) }
            return families.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func ask(_ start: SuiteFamily, _ questioner: Questioner) async -> SuiteFamily {
        var family = start
        while family.question != nil { await step(&family, questioner) }
        return family
    }

    private func step(_ family: inout SuiteFamily, _ questioner: Questioner) async {
        guard let question = family.question else { return }
        do throws(Obstacle) {
            family.take(try await questioner.ask(offer(family.version, question.suites, question.groups)))
        } catch {
            family.take(error)
        }
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
    static func suites(_ version: TLSVersion) -> [UInt16] {
        CipherSuite.all.filter { $0.fits(version) && $0.keyExchange != .null }
            .sorted { ($0.rarity, $0.code) < ($1.rarity, $1.code) }.map(\.code)
    }

    /// All suites of a version in lists that any server reads, the likely suites in the first.
    public static func suiteLists(_ version: TLSVersion) -> [[UInt16]] {
        let suites = suites(version)
        return stride(from: 0, to: suites.count, by: largestOffer).map { start in
            Array(suites[start..<min(start + largestOffer, suites.count)])
        }
    }

    /// Suites dealt into parts of about as many likely ones each. The first has the suites with a group in front, because
    /// it finds the groups too.
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
    /// Whether a client without a certificate's secret may find a curve with it.
    fileprivate var usesCurves: Bool {
        keyExchange == .any || keyExchange == .ecdhe && [.rsa, .ecdsa].contains(authentication)
    }

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
