public import MailModel

/// Asks which of several classes of cipher suites a server accepts, without asking for each suite.
///
/// One hello offers every suite of every class. The choice of the server shows one suite, and so the classes it belongs to;
/// the next hello leaves out the suites that can show nothing new. A refusal settles all classes that are left, because
/// every suite of them was on offer. So a server without any weakness costs one connection, and any other at most one for
/// each class and one more: no strategy needs fewer, since an answer names one suite only.
public struct ClassQuestion: Sendable {
    /// A class of suites.
    public struct Class: Sendable, Hashable {
        /// The name, for the result.
        public let name: String
        /// Whether a suite belongs to it.
        public let contains: @Sendable (CipherSuite) -> Bool

        /// A class.
        public init(_ name: String, contains: @escaping @Sendable (CipherSuite) -> Bool) {
            self.name = name
            self.contains = contains
        }

        /// By name.
        public static func == (left: Class, right: Class) -> Bool { left.name == right.name }
        /// By name.
        public func hash(into hasher: inout Hasher) { hasher.combine(name) }
    }

    /// What is known of the classes.
    public struct Result: Sendable, Hashable {
        /// The accepted classes, each with the choice that showed it.
        public var accepted: [String: ServerChoice] = [:]
        /// The classes of which the server accepts nothing.
        public var refused: Set<String> = []
        /// Why the rest is unknown; nil when nothing is.
        public var obstacle: Obstacle?
        /// Whether a hello was hung up on, and answered when it came again: whoever hangs up does it by chance.
        public var wasHungUpByChance = false
    }

    private let classes: [Class]
    private let versions: Set<TLSVersion>
    private let shape: HelloOffer

    /// A question about classes, for a set of versions up to TLS 1.2. `shape` gives the rest of the hello.
    public init(_ classes: [Class], versions: Set<TLSVersion>, shape: HelloOffer) {
        self.classes = classes
        self.versions = versions
        self.shape = shape
    }

    /// Asks until every class is settled.
    public func run(_ questioner: Questioner) async -> Result {
        var result = Result()
        var hangUps = 0
        while true {
            let open = classes.filter { result.accepted[$0.name] == nil }
            let suites = CipherSuite.all.filter { suite in
                suite.keyExchange != .null && versions.contains { suite.fits($0) }
                    && open.contains { $0.contains(suite) }
            }
            guard !suites.isEmpty else {
                result.refused = Set(open.map(\.name))
                return result
            }
            var offer = shape
            offer.versions = versions
            offer.suites = suites.map(\.code)
            do throws(Obstacle) {
                let answer = try await questioner.ask(offer)
                if hangUps == 1, answer != .hungUp { result.wasHungUpByChance = true }
                switch answer {
                case .chosen(let choice):
                    guard let suite = suites.first(where: { $0.code == choice.suite }) else {
                        let suite = CipherSuite.name(of: choice.suite)
                        throw .senseless("the server chose \(suite), which was not offered")
                    }
                    // Groups are bound to elliptic suites and TLS 1.3; a finite field of TLS 1.2 is the server's own.
                    if let group = choice.group, [.ecdhe, .any].contains(suite.keyExchange),
                        !offer.groups.contains(group)
                    {
                        throw .senseless("the server chose \(NamedGroup.name(of: group)), which was not offered")
                    }
                    for shown in open where shown.contains(suite) { result.accepted[shown.name] = choice }
                case .hungUp where hangUps == 0: hangUps += 1
                case .alert, .hungUp:
                    result.refused = Set(open.map(\.name))
                    return result
                case .unreadable(let why): throw .senseless(why)
                }
            } catch {
                result.obstacle = error
                return result
            }
        }
    }
}
