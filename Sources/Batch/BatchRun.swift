internal import CheckEngine
internal import CheckKit
public import FoundationEssentials
internal import Grading
internal import MailModel
internal import MailgradeKit
public import Store

/// Many domains: each is looked up, each of their addresses is asked once, and each domain is judged by what all of them have shown.
///
/// One task decides what comes next; all others look up, ask and judge. What is known is in the store before a result is written, so
/// that the run may be killed at any instant and goes on where it was.
public struct BatchRun: Sendable {
    /// What a batch works with.
    public struct Means: Sendable {
        /// How it asks and judges.
        public var stages: Stages
        /// What it knows.
        public var store: Store
        /// How it behaves.
        public var manners: Manners
        /// How old a result may be that is not looked at again.
        public var ages: Store.Ages
        /// The clock on the wall.
        public var now: @Sendable () -> Date
        /// How long it stays for servers that turned us away, after all others are done.
        public var stay = Duration.zero
        /// What came out for domains that differ in nothing but their name.
        let memory = ResultMemory()
        /// Whether the store knows something from before.
        let wasUsed: Bool

        /// Means.
        public init(
            stages: Stages, store: Store, manners: Manners, ages: Store.Ages,
            now: @escaping @Sendable () -> Date = { Date() }
        ) {
            self.stages = stages
            self.store = store
            wasUsed = store.isUsed
            self.manners = manners
            self.ages = ages
            self.now = now
        }
    }

    let means: Means
    let list: InputList
    /// The lines of the list that have their result in the output already.
    var done: Set<Int> = []
    let isAgain: Bool
    let status = Locked(BatchStatus())

    /// How it stands now.
    public var current: BatchStatus { status.withLock { $0 } }

    /// A run over a list; `path` is `-` for standard input. Throws `UsageError` where the list cannot be read.
    public init(_ means: Means, list path: String) throws {
        self.means = means
        isAgain = false
        list = try InputList(path, seed: "")
    }

    /// A run over what has aged in the store, or is to be asked again. Throws `UsageError` where nothing in the store was judged by
    /// these profiles: nothing would be due, now and ever.
    public init(again means: Means) throws {
        guard try means.store.hasVerdicts(under: means.policy) else {
            let profiles = means.stages.policies.all.map(\.profile.id).joined(separator: ", ")
            throw UsageError(
                "The store has no results under \(profiles) as it is now, and with these options. "
                    + "Use those of the batch, or run it once without --again.")
        }
        self.means = means
        isAgain = true
        list = try InputList(means.store.domainsDue(under: means.policy, at: means.now()), seed: "")
    }

    init(again means: Means, _ names: [String], from first: Int) throws {
        self.means = means
        isAgain = true
        list = try InputList(names, seed: "", from: first)
    }

    /// How many lines the list has.
    public var count: Int { list.count }
}
