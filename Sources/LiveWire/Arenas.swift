internal import CMalloc
internal import NIOCore

/// How the C library deals out memory.
public enum Arenas {
    /// Lets threads share arenas, one for each processor. Otherwise the library makes up to eight for each, and what one thread has given
    /// back, another one does not get: a batch took a third more memory for nothing. To be called before there are other threads.
    public static func share() { mallopt(M_ARENA_MAX, Int32(clamping: max(2, System.coreCount))) }
}
