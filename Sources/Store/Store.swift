internal import CheckEngine
public import CheckKit
public import FoundationEssentials
internal import GRDB
internal import Glibc
internal import MailModel

/// What is known of many domains and their servers, in one SQLite file: facts by place with a row for each change, which domain uses
/// which servers, verdicts, and when a server that turned us away may be asked again. Facts are kept once, whoever shares them, and
/// compressed.
///
/// One process writes at a time. What it was told is on disk after `flush`, and at the latest a tenth of a second later: whoever is
/// killed loses no more than that, and the file is never half-written.
public final class Store: Sendable {
    /// How old something may be to count as known, at the moment the store is opened.
    public struct Ages: Sendable, Hashable {
        /// What was seen.
        public var settled: Duration
        /// What another look may settle: a server that turned us away, a lookup that failed.
        public var open: Duration
        /// The same, where it was seen since the store was opened: a run that wants all anew still needs what it has seen itself.
        public var retry: Duration

        /// Ages; without `retry` it is that of what is open.
        public init(settled: Duration, open: Duration, retry: Duration? = nil) {
            self.settled = settled
            self.open = open
            self.retry = retry ?? open
        }
    }

    let pool: DatabasePool
    let commits: GroupCommit
    let bodies: BodyCodec
    let types: [FactID: FactType]
    let ages: Ages
    let now: @Sendable () -> Date
    /// When it was opened, in whole seconds as all that is stored.
    let opened: Date
    /// The latest instant that this process has seen, on the clock or in what it was told: what is later comes from the future.
    private let latest: Locked<Date>
    /// What was told and is not on disk yet.
    let fresh = Locked<[FactQuestion: FreshFact]>([:])
    /// Places of which something was kept in this process, by their hash: in a store that was empty there is nothing of others.
    let kept = Locked<Set<Int>>([])
    private let lock: FileLock

    /// Opens a store, or makes it. `known` are the facts that this program understands. `now` says the time, and tests have one of
    /// their own. `network` says through what the facts are seen, a text to compare: those that were judged by other authorities, or
    /// looked up elsewhere, are others; nil reads whatever is there. Where it `isThere`, none is made, and a file that is none stays as
    /// it is. Throws `StoreProblem`.
    public init(
        file: String, network: String? = nil, known: [FactType], ages: Ages, isThere: Bool = false,
        now: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        let path = try StoreFile.path(file)
        if isThere { try Self.checkIsStore(file) }
        lock = try FileLock(path + ".lock", of: file)
        do {
            pool = try DatabasePool(path: path, configuration: Self.configuration)
            // What a later version has added would be kept only half by this one.
            guard try !pool.read(Schema.migrator.hasBeenSuperseded) else {
                throw StoreProblem(
                    "\(file) was written by a later version of mailgrade. Use that one, or name another store.")
            }
            try Schema.migrator.migrate(pool)
        } catch let error as DatabaseError {
            throw Self.unusable(file, error)
        }
        types = Dictionary(known.map { ($0.id, $0) }) { first, _ in first }
        self.ages = ages
        self.now = now
        opened = Date(timeIntervalSince1970: now().timeIntervalSince1970.rounded(.down))
        latest = Locked(opened)
        let pool = pool
        let commits = GroupCommit(pool)
        self.commits = commits
        (bodies, isUsed) = try Self.reading {
            (
                try BodyCodec(pool, commits),
                try pool.read { try Int.fetchOne($0, sql: "SELECT 1 FROM sighting LIMIT 1") != nil }
            )
        }
        guard let network else { return }
        let first = try Self.reading { try pool.write { try $0.network(orElse: network) } }
        guard first == network else {
            throw StoreProblem(
                "\(file) holds what was seen through another resolver, or with other certificate authorities or trust anchors. "
                    + "Name another store.")
        }
    }

    private static func unusable(_ file: String, _ error: DatabaseError) -> StoreProblem {
        StoreProblem(
            "\(file) cannot be used as a store: \(error.message ?? "SQLite error \(error.resultCode.rawValue)").")
    }

    /// Throws `StoreProblem` where a file is no store, and writes nothing.
    private static func checkIsStore(_ file: String) throws {
        var configuration = Self.configuration
        configuration.readonly = true
        do {
            let database = try DatabaseQueue(path: file, configuration: configuration)
            if try database.read({ try $0.tableExists("sighting") }) { return }
        } catch let error as DatabaseError where error.resultCode != .SQLITE_NOTADB {
            throw unusable(file, error)
        } catch {
        }
        throw StoreProblem("\(file) is no store of mailgrade. Name the file that was --store of a batch.")
    }

    /// Whether something was kept before it was opened.
    public let isUsed: Bool

    /// Takes in what time it was, by the clock or by what was seen; gives the latest instant so far.
    @discardableResult
    func pass(_ instant: Date) -> Date {
        latest.withLock { latest in
            latest = max(latest, instant)
            return latest
        }
    }

    /// Waits until all that was told is on disk. Throws `StoreProblem` where it cannot be written.
    public func flush() async throws { try await commits.flush() }

    /// Waits until all is on disk, and lets others write. Nothing may be asked of the store any more. Throws `StoreProblem`.
    public func close() async throws {
        defer { lock.release() }
        try await flush()
        // One file is the whole store: whoever copies it has everything.
        try? await pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try? pool.close()
    }

    /// Reads. Throws `StoreProblem` where the file is damaged.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value { try Self.reading { try pool.read(body) } }

    private static func reading<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw StoreProblem(
                "The store cannot be read: \(error.message ?? "SQLite error \(error.resultCode.rawValue)").")
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "mailgrade.store"
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { db in
            // With the log before the database this loses nothing when the process is killed; only a power cut may lose the last
            // moments. SQLite, "PRAGMA synchronous".
            try db.execute(sql: "PRAGMA synchronous = NORMAL")
        }
        return configuration
    }
}

/// Why a store cannot be used; one sentence.
public struct StoreProblem: Error, Sendable, CustomStringConvertible {
    /// The sentence.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// A file that says who writes; the system lets go of it when the process ends, however it ends.
private final class FileLock: Sendable {
    private let descriptor: Int32
    private let isHeld = Locked(true)

    init(_ path: String, of store: String) throws {
        descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw StoreProblem("\(store) cannot be used as a store: \(String(cString: strerror(errno))).")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw StoreProblem("Another mailgrade is writing into \(store). Wait for it, or name another store.")
        }
    }

    deinit { release() }

    func release() {
        let isHeld = isHeld.withLock { isHeld in
            defer { isHeld = false }
            return isHeld
        }
        guard isHeld else { return }
        // A child that is just being started has a copy of the descriptor, and would keep the lock.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
