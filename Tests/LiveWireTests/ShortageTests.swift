import Glibc
import LiveWire
import Testing

/// What the process may not use, said so that somebody can do something about it.
@Suite struct ShortageTests {
    @Test(
        arguments: [
            (Shortage.files(20), "ulimit -n 256"), (.threads(needed: 5), "ulimit -u"),
            (.addressSpace(200), "ulimit -v 524288"),
        ] as [(Shortage, String)])
    func `A shortage names the limit and a value that does`(_ shortage: Shortage, _ words: String) {
        #expect(shortage.description.contains(words))
    }

    @Test func `A machine with room is not refused, and may open as many files as it is allowed`() throws {
        try Shortage.refuseProcess()
        _ = try Network()
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #expect(limit.rlim_cur == limit.rlim_max || limit.rlim_cur >= 65_536)
    }
}
