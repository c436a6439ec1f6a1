internal import MailModel

/// Finds every suite of a list that a server accepts in one version, and the groups beside them: each answer eliminates a
/// suite and a group at once, because the server chooses them apart.
///
/// Nothing is taken for refused unless the refusal came while everything else was on offer: some servers tie suites to
/// groups (an ECDSA suite needs its certificate's curve among the client's groups).
struct SuiteFamily {
    private enum Phase {
        /// Suites and groups are eliminated together.
        case both
        /// Suites are eliminated, all groups on offer.
        case suites
        /// Groups are eliminated, every suite with a group that was found on offer.
        case groups
        /// The same with the known groups behind the open ones: the curve of an ECDSA certificate must be on offer too. A
        /// server with an order of its own then answers with a known group, and the rest cannot be told apart.
        case groupsBeforeKnown
        case done
    }

    let version: TLSVersion
    private let groups: [UInt16]
    private let findsGroups: Bool
    private var left: [UInt16]
    private var groupsLeft: [UInt16]
    /// How many suites one hello offers; fewer after a large one was dropped.
    private var window: Int
    private var phase: Phase
    private var hasHungUp = false

    private(set) var found: [ServerChoice]
    private(set) var groupsFound: [UInt16]
    private(set) var droppedLargeHello = false
    /// Whether suites were found later than the server's order has them, because their groups were left out before.
    private(set) var orderIsDoubtful = false
    /// Whether groups may be hidden behind the curve of an ECDSA certificate.
    private(set) var groupsAreHidden = false
    private(set) var obstacle: Obstacle?

    /// Among these suites; with the groups too if asked for.
    init(version: TLSVersion, suites: [UInt16], groups: [UInt16], findsGroups: Bool) {
        self.version = version
        self.groups = groups
        self.findsGroups = findsGroups
        left = suites
        groupsLeft = groups
        found = []
        groupsFound = []
        window = max(1, suites.count)
        phase = suites.isEmpty ? .done : findsGroups ? .both : .suites
    }

    /// Only the groups, beside suites that are known; for when the part that was to find groups had no suite with one.
    init(version: TLSVersion, groups: [UInt16], known: [ServerChoice], besides others: [UInt16] = []) {
        self.version = version
        self.groups = groups
        findsGroups = true
        left = []
        found = known.filter { $0.group != nil }
        let seen = Set(known.compactMap(\.group) + others)
        groupsFound = seen.sorted()
        groupsLeft = groups.filter { !seen.contains($0) }
        window = 1
        phase = found.isEmpty || groupsLeft.isEmpty ? .done : .groups
    }

    /// Whether the groups were looked for, as far as there was a suite with one.
    var hasSoughtGroups: Bool { findsGroups && !suitesWithGroup.isEmpty }

    /// The next question: its suites and groups; nil when everything is known, or nothing more can be.
    var question: (suites: [UInt16], groups: [UInt16])? {
        switch phase {
        case .both: (Array(left.prefix(window)), groupsLeft)
        case .suites: (Array(left.prefix(window)), groups)
        case .groups: (suitesWithGroup, groupsLeft)
        case .groupsBeforeKnown: (suitesWithGroup, groupsLeft + groupsFound)
        case .done: nil
        }
    }

    /// Takes the answer to the question.
    mutating func take(_ answer: HelloAnswer) {
        switch answer {
        case .chosen(let choice): take(choice)
        // Some servers refuse by hanging up; once it may be chance.
        case .hungUp where !hasHungUp: hasHungUp = true
        case .alert, .hungUp:
            hasHungUp = false
            refused()
        case .unreadable(let why): stop(.senseless(why))
        }
    }

    /// Takes what stood in the way of an answer.
    mutating func take(_ obstacle: Obstacle) {
        // Old servers read only so many suites, and drop a hello that has more.
        guard obstacle == .silent, phase == .both || phase == .suites,
            min(window, left.count) > Self.smallWindow
        else { return stop(obstacle) }
        droppedLargeHello = true
        window = Self.smallWindow
    }

    private static let smallWindow = 30

    private mutating func take(_ choice: ServerChoice) {
        hasHungUp = false
        guard choice.version == version, let question, question.suites.contains(choice.suite) else {
            let suite = CipherSuite.name(of: choice.suite)
            return stop(.senseless("the server chose \(choice.version), \(suite), which was not offered"))
        }
        if phase == .both, groupsLeft != groups, choice.group == nil {
            // It may owe its turn to the groups that are left out by now: ask again with all of them.
            phase = .suites
            return
        }
        let isECDSA = choice.suite.isECDSA
        let isNewGroup = findsGroups && choice.group.map { groupsLeft.contains($0) } ?? false
        if isNewGroup, let group = choice.group {
            groupsLeft.removeAll { $0 == group }
            groupsFound.append(group)
        }
        switch phase {
        case .both, .suites:
            let wasECDSA = found.contains { $0.suite.isECDSA }
            left.removeAll { $0 == choice.suite }
            found.append(choice)
            // An ECDSA suite needs the curve of its certificate: it hides when that is left out.
            if isECDSA, !wasECDSA, groupsLeft != groups, found.count > 1 { orderIsDoubtful = true }
            // An empty list of groups would mean any.
            if groupsLeft.isEmpty || isECDSA { phase = .suites }
            if left.isEmpty { endSuites() }
        case .groups where !isNewGroup: stop(.senseless("the server chose a group that was not offered"))
        case .groups, .groupsBeforeKnown: if groupsLeft.isEmpty || !isNewGroup { phase = .done }
        case .done: break
        }
    }

    private mutating func refused() {
        switch phase {
        case .both where groupsLeft != groups: phase = .suites
        case .both, .suites:
            left.removeFirst(min(window, left.count))
            if left.isEmpty { endSuites() }
        case .groups where version < .tls13 && suitesWithGroup.contains { $0.isECDSA }:
            phase = .groupsBeforeKnown
            groupsAreHidden = suitesWithGroup.allSatisfy { $0.isECDSA }
        case .groups, .groupsBeforeKnown, .done: phase = .done
        }
    }

    private mutating func endSuites() {
        phase = hasSoughtGroups && !groupsLeft.isEmpty ? .groups : .done
    }

    private var suitesWithGroup: [UInt16] { found.filter { $0.group != nil }.map(\.suite) }

    private mutating func stop(_ obstacle: Obstacle) {
        self.obstacle = obstacle
        phase = .done
    }
}

extension UInt16 {
    /// Whether the suite with this code point needs an ECDSA certificate.
    var isECDSA: Bool { CipherSuite.with(code: self)?.authentication == .ecdsa }
}
