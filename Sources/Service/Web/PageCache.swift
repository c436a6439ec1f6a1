internal import MailModel
internal import NIOCore

/// Pages of results that were asked for lately: a result does not change.
final class PageCache: Sendable {
    /// Which page.
    struct Key: Hashable, Sendable {
        let run: String
        let profile: String?
        let format: String
        /// The day, for what changes with it.
        let day: Int
    }

    private struct State {
        var pages: [Key: (bytes: ByteBuffer, used: UInt64)] = [:]
        var size = 0
        var uses: UInt64 = 0
    }

    private let limit: Int
    private let state = Locked(State())

    /// A cache of so many octets.
    init(limit: Int = 32 << 20) { self.limit = limit }

    /// A page; made where it is not there.
    func page(_ key: Key, _ make: () throws -> String) rethrows -> ByteBuffer {
        let known: ByteBuffer? = state.withLock { state in
            state.uses += 1
            state.pages[key]?.used = state.uses
            return state.pages[key]?.bytes
        }
        if let known { return known }
        let bytes = ByteBuffer(string: try make())
        state.withLock { state in
            state.uses += 1
            state.size += bytes.readableBytes - (state.pages[key]?.bytes.readableBytes ?? 0)
            state.pages[key] = (bytes, state.uses)
            guard state.size > limit else { return }
            for (key, page) in state.pages.sorted(by: { $0.value.used < $1.value.used }) where state.size > limit / 2 {
                state.pages[key] = nil
                state.size -= page.bytes.readableBytes
            }
        }
        return bytes
    }

    /// Forgets a result.
    func forget(_ run: String) {
        state.withLock { state in
            for (key, page) in state.pages where key.run == run {
                state.pages[key] = nil
                state.size -= page.bytes.readableBytes
            }
        }
    }
}
