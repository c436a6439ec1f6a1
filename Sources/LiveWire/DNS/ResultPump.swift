internal import CUnbound
internal import Glibc
internal import MailModel

/// The thread that collects libunbound's results and runs its callbacks.
///
/// SwiftNIO cannot watch a foreign descriptor, so one thread per context sleeps in `poll` until the library has a
/// result or `stop` is called.
final class ResultPump: Sendable {
    private let stopSignal: Int32
    private let thread: pthread_t

    /// Starts the thread. The context must outlive it: call `stop` before deleting the context.
    init(_ context: UnboundContext) throws(ResolverError) {
        let stopSignal = eventfd(0, Int32(EFD_CLOEXEC))
        guard stopSignal >= 0 else { throw .local(systemText(errno)) }
        let work = Unmanaged.passRetained(Work(context: context, stopSignal: stopSignal))
        var thread = pthread_t()
        let status = pthread_create(&thread, nil, runPump, work.toOpaque())
        guard status == 0 else {
            work.release()
            close(stopSignal)
            throw .local(systemText(status))
        }
        self.stopSignal = stopSignal
        self.thread = thread
    }

    /// Ends the thread and waits for its end. To be called once.
    func stop() {
        eventfd_write(stopSignal, 1)
        pthread_join(thread, nil)
        close(stopSignal)
    }
}

private final class Work: Sendable {
    let context: UnboundContext
    let stopSignal: Int32

    init(context: UnboundContext, stopSignal: Int32) {
        self.context = context
        self.stopSignal = stopSignal
    }
}

private func runPump(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
    var watched = [
        pollfd(fd: ub_fd(work.context.pointer), events: Int16(POLLIN), revents: 0),
        pollfd(fd: work.stopSignal, events: Int16(POLLIN), revents: 0),
    ]
    while true {
        guard poll(&watched, nfds_t(watched.count), -1) >= 0 else {
            if errno == EINTR { continue }
            return nil
        }
        if watched[1].revents != 0 { return nil }
        if watched[0].revents != 0, ub_process(work.context.pointer) != 0 { return nil }
    }
}
