internal import MailModel

/// Finds every group that a server accepts beside some suites, one answer each.
struct GroupFamily {
    private enum Phase {
        /// The open groups are offered by themselves.
        case alone
        /// The known groups stand behind the open ones: the curve of an ECDSA certificate must be on offer too. A server
        /// with an order of its own then answers with a known group, and the rest cannot be told apart.
        case beforeKnown
        case done
    }

    let version: TLSVersion
    private let suites: [UInt16]
    private let offered: [UInt16]
    private var left: [UInt16]
    private var phase: Phase
    private var hasHungUp = false

    /// What was chosen, in the order in which it was.
    private(set) var found: [UInt16]
    private(set) var obstacle: Obstacle?

    /// Among these groups, beside these suites; after others were found that are offered no more.
    init(version: TLSVersion, suites: [UInt16], groups: [UInt16], after found: [UInt16] = []) {
        self.version = version
        self.suites = suites
        self.found = found
        offered = groups
        left = groups.filter { !found.contains($0) }
        phase = suites.isEmpty || left.isEmpty ? .done : .alone
    }

    /// The next question; nil when everything is known, or nothing more can be.
    var question: (suites: [UInt16], groups: [UInt16])? {
        switch phase {
        case .alone: (suites, left)
        case .beforeKnown: (suites, left + found)
        case .done: nil
        }
    }

    /// Whether the server passed over a group that it accepts for one that was offered later: it has an order of its own.
    var contradictsClient: Bool {
        let places = found.compactMap { offered.firstIndex(of: $0) }
        return zip(places, places.dropFirst()).contains { $0 > $1 }
    }

    /// Takes the answer to the question.
    mutating func take(_ answer: HelloAnswer) {
        switch answer {
        case .chosen(let choice): take(choice)
        // Some servers refuse by hanging up; once it may be chance.
        case .hungUp where !hasHungUp: hasHungUp = true
        case .alert, .hungUp:
            hasHungUp = false
            let isTied = version < .tls13 && !found.isEmpty && suites.contains { $0.isECDSA }
            phase = phase == .alone && isTied ? .beforeKnown : .done
        case .unreadable(let why): take(Obstacle.senseless(why))
        }
    }

    /// Takes what stood in the way of an answer.
    mutating func take(_ obstacle: Obstacle) {
        self.obstacle = obstacle
        phase = .done
    }

    private mutating func take(_ choice: ServerChoice) {
        hasHungUp = false
        guard choice.version == version, suites.contains(choice.suite),
            let group = choice.group, let question, question.groups.contains(group)
        else { return take(.senseless("the server chose a group that was not offered")) }
        guard left.contains(group) else {
            phase = .done
            return
        }
        left.removeAll { $0 == group }
        found.append(group)
        // An empty list of groups would mean any.
        if left.isEmpty { phase = .done }
    }
}
