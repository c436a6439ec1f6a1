import FoundationEssentials
import Store
import Testing

@testable import Batch

/// How long an address that turned us away is left alone.
@Suite struct WaitTests {
    @Test("an address is left alone until its time, and not for a day because the clock was a day ahead")
    func holds() {
        let now = Date(timeIntervalSince1970: 1_790_000_000)
        for (seconds, isHeld) in [(-1.0, false), (0, false), (1, true), (900, true), (901, false), (86_400, false)] {
            let wait = StoredWait(until: now + seconds, attempts: 1, sign: "421 busy")
            #expect(wait.holds(at: now, atMost: .seconds(900)) == isHeld, "\(seconds)")
        }
    }
}
