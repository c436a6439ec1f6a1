internal import MailModel

/// Finds every suite of a list that a server accepts in one version. Where groups are wanted too, each answer eliminates a
/// suite and a group at once, because the server chooses them apart.
///
/// Nothing is taken for refused unless the refusal came while every group was on offer: some servers tie suites to groups
/// (an ECDSA suite needs its certificate's curve among the client's groups). The list is offered back to front: a server
/// that puts strong suites first then shows that it has an order of its own.
struct SuiteFamily {
    private enum Phase {
        /// Suites and groups are eliminated together.
        case both
        /// Suites are eliminated, all groups on offer.
        case suites
        case done
    }

    let version: TLSVersion
    private let suites: [UInt16]
    private let groups: [UInt16]
    private let findsGroups: Bool
    private var left: [UInt16]
    /// How many suites one hello offers; fewer after a large one was dropped.
    private var window: Int
    private var phase: Phase
    private var hasHungUp = false

    /// An accepted suite from the front of the list that should come next in the server's order; offered behind the others.
    /// When it is chosen, nothing that is left stands above it, and a server that follows the client has nothing left.
    var sentinel: UInt16?
    /// Whether a suite was chosen while the sentinel was on offer: then all that was found stands above it.
    private(set) var standsAboveSentinel = false
    /// What was left when the sentinel was chosen: refused, or below it in the server's order.
    private(set) var leftovers: [UInt16] = []

    private(set) var found: [ServerChoice] = []
    private(set) var groupsLeft: [UInt16]
    private(set) var groupsFound: [UInt16] = []
    private(set) var droppedLargeHello = false
    /// Whether suites were found later than the server's order has them, because their groups were left out before.
    private(set) var orderIsDoubtful = false
    private(set) var obstacle: Obstacle?

    /// Among these suites; with the groups too if asked for.
    init(version: TLSVersion, suites: [UInt16], groups: [UInt16], findsGroups: Bool) {
        self.version = version
        self.suites = suites
        self.groups = groups
        self.findsGroups = findsGroups && !groups.isEmpty
        left = suites
        groupsLeft = groups
        window = max(1, suites.count)
        phase = suites.isEmpty ? .done : self.findsGroups ? .both : .suites
    }

    /// The next question: its suites and groups; nil when everything is known, or nothing more can be.
    var question: (suites: [UInt16], groups: [UInt16])? {
        let suites = left.prefix(window).reversed() + (sentinel.map { [$0] } ?? [])
        switch phase {
        case .both: return (suites, groupsLeft)
        case .suites: return (suites, groups)
        case .done: return nil
        }
    }

    /// Whether the server passed over a suite that it accepts for one that was offered later: it has an order of its own.
    var contradictsClient: Bool {
        guard !droppedLargeHello, !orderIsDoubtful else { return false }
        let places = found.compactMap { suites.firstIndex(of: $0.suite) }
        return zip(places, places.dropFirst()).contains { $0 < $1 }
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
        switch obstacle {
        // Old servers read only so many suites, and drop a hello that has more.
        case .silent where min(window, left.count) > Self.smallWindow:
            droppedLargeHello = true
            window = Self.smallWindow
        // A server that cannot sign may still do without; what it would sign for stays open.
        case .internalError where left.contains { $0.isSigned } && left.contains { !$0.isSigned }:
            self.obstacle = obstacle
            left.removeAll { $0.isSigned }
        default: stop(obstacle)
        }
    }

    private static let smallWindow = 30

    private mutating func take(_ choice: ServerChoice) {
        hasHungUp = false
        guard choice.version == version, let question, question.suites.contains(choice.suite) else {
            let suite = CipherSuite.name(of: choice.suite)
            return stop(.senseless("the server chose \(choice.version), \(suite), which was not offered"))
        }
        if choice.suite == sentinel {
            leftovers += left.prefix(window)
            return endWindow()
        }
        if phase == .both, groupsLeft != groups, choice.group == nil {
            // It may owe its turn to the groups that are left out by now: ask again with all of them.
            phase = .suites
            return
        }
        if findsGroups, let group = choice.group, groupsLeft.contains(group) {
            groupsLeft.removeAll { $0 == group }
            groupsFound.append(group)
        }
        let isECDSA = choice.suite.isECDSA
        // An ECDSA suite needs the curve of its certificate: it hides when that is left out.
        if isECDSA, !found.contains(where: { $0.suite.isECDSA }), groupsLeft != groups, !found.isEmpty {
            orderIsDoubtful = true
        }
        left.removeAll { $0 == choice.suite }
        found.append(choice)
        standsAboveSentinel = sentinel != nil
        // An empty list of groups would mean any.
        if groupsLeft.isEmpty || isECDSA { phase = .suites }
        if left.isEmpty { phase = .done }
    }

    private mutating func refused() {
        if phase == .both, groupsLeft != groups {
            phase = .suites
        } else if sentinel != nil {
            // It was accepted before: better to ask without it.
            sentinel = nil
            standsAboveSentinel = false
        } else {
            endWindow()
        }
    }

    private mutating func endWindow() {
        left.removeFirst(min(window, left.count))
        if left.isEmpty { phase = .done }
    }

    private mutating func stop(_ obstacle: Obstacle) {
        self.obstacle = obstacle
        phase = .done
    }
}

extension UInt16 {
    /// Whether the suite with this code point needs an ECDSA certificate.
    var isECDSA: Bool { CipherSuite.with(code: self)?.authentication == .ecdsa }

    /// Whether the server signs its part of the key exchange with this suite.
    fileprivate var isSigned: Bool { CipherSuite.with(code: self)?.needsSignature == true }
}
