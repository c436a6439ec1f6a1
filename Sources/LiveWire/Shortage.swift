internal import Glibc
internal import NIOCore
internal import NIOPosix

/// What the process may not use although a run needs it: found out before anything is sent, because libraries that run out of it end
/// the process, or wait for ever.
public enum Shortage: Error, Hashable, Sendable, CustomStringConvertible {
    /// It may open so few files.
    case files(Int)
    /// It gets no more threads; so many are needed at once.
    case threads(needed: Int)
    /// So few mebibytes of address space.
    case addressSpace(Int)

    /// Sentences that say what to do.
    public var description: String {
        switch self {
        case .files(let count):
            "This process may open \(count) files, too few for a run. Raise the limit, for example to 256: ulimit -n 256."
        case .threads(let needed):
            "This process gets fewer than the \(needed) threads that it needs. Raise the limit of processes (ulimit -u, or "
                + "that of the container)."
        case .addressSpace(let mebibytes):
            "This process may use \(mebibytes) MiB of address space, too few for a run. Raise the limit to "
                + "\(Self.leastAddressSpace) MiB or more: ulimit -v \(Self.leastAddressSpace << 10)."
        }
    }
}

extension Shortage {
    /// Free descriptors that a run needs: some thirty for the libraries, and a dozen connections. A run of many servers uses more where
    /// it may, and where it may not, says so of each server that it could not ask.
    private static let leastFiles = 48
    /// Free descriptors that any command needs: Dispatch takes four, and ends the process where it gets none; a store takes eight or so.
    private static let leastFilesOffline = 16
    /// Mebibytes: two libraries with threads of their own, whose stacks and arenas are reserved and hardly used.
    private static let leastAddressSpace = 512

    /// Refuses where not even files could be judged: Swift's own threads are needed for that, one for each processor and one that
    /// watches over them, and some descriptors. Raises the soft limit of open files to what the process may have.
    ///
    /// To be called on the main thread before anything asynchronous.
    public static func refuseProcess() throws(Shortage) {
        try refuseFiles(fewerThan: leastFilesOffline)
        try refuse(threads: System.coreCount + 1)
    }

    /// Refuses where the network cannot be used.
    static func refuseNetwork() throws(Shortage) {
        try refuseAddressSpace()
        try refuseFiles(fewerThan: leastFiles)
        // NIO has a thread for each processor, libunbound one, and we one that waits for it.
        try refuse(threads: System.coreCount + 2)
        // They are started while there is room: NIO ends the process where it gets none later.
        _ = MultiThreadedEventLoopGroup.singleton
    }

    private static func refuseFiles(fewerThan least: Int) throws(Shortage) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        if limit.rlim_cur < limit.rlim_max {
            // More than this is never used, and some kernels allow a thousand times more.
            let wanted = rlimit(rlim_cur: max(limit.rlim_cur, min(limit.rlim_max, 65_536)), rlim_max: limit.rlim_max)
            if withUnsafePointer(to: wanted, { setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), $0) }) == 0 {
                limit = wanted
            }
        }
        // They are counted without a descriptor: there may be none. Those in use are the low ones, but for a few.
        let limitOfFiles = Int(clamping: limit.rlim_cur)
        var (free, next) = (0, 0)
        while free < least, next < limitOfFiles {
            if fcntl(Int32(next), F_GETFD) < 0 { free += 1 }
            next += 1
        }
        guard free >= least else { throw .files(limitOfFiles) }
    }

    private static func refuseAddressSpace() throws(Shortage) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < .max else {
            return
        }
        let mebibytes = Int(clamping: limit.rlim_cur >> 20)
        guard mebibytes >= leastAddressSpace else { throw .addressSpace(mebibytes) }
    }

    /// There is no other way to find out than to try: the limit counts all processes of the user, and containers have their own.
    private static func refuse(threads count: Int) throws(Shortage) {
        let gate = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        gate.initialize(to: pthread_mutex_t())
        pthread_mutex_init(gate, nil)
        pthread_mutex_lock(gate)
        var threads: [pthread_t] = []
        for _ in 0..<count {
            var thread = pthread_t()
            let status = pthread_create(
                &thread, nil,
                { argument in
                    guard let gate = argument?.assumingMemoryBound(to: pthread_mutex_t.self) else { return nil }
                    pthread_mutex_lock(gate)
                    pthread_mutex_unlock(gate)
                    return nil
                }, gate)
            guard status == 0 else { break }
            threads.append(thread)
        }
        pthread_mutex_unlock(gate)
        for thread in threads { pthread_join(thread, nil) }
        pthread_mutex_destroy(gate)
        gate.deallocate()
        guard threads.count == count else { throw .threads(needed: count) }
    }
}
