import FoundationEssentials
import MailModel
import Store
import Testing

@testable import Service

/// When domains are looked at.
@Suite("Cadence")
struct CadenceTests {
    private static let start = Date(timeIntervalSince1970: 1_790_000_000)

    private func list(_ count: Int) -> WatchedList {
        var list = WatchedList()
        list.domains = (0..<count).map { domain("d\($0).example") }
        return list
    }

    @Test("new domains get every kind of look within the first hour, spread over it")
    func beginning() throws {
        let times = Cadence(["ours": list(600)]).beginning(at: Self.start)
        #expect(times.count == 1800)
        let waits = times.map { $0.next.timeIntervalSince(Self.start) }
        #expect(waits.allSatisfy { (0..<3600).contains($0) })
        for sixth in 0..<6 {
            let share = waits.count { Int($0) / 600 == sixth }
            #expect((200...400).contains(share), "\(share) of 1800 in ten minutes")
        }
    }

    @Test("a look comes again at the same time of its interval, whenever the one before was made")
    func again() throws {
        let cadence = Cadence(["ours": list(1)])
        let time = StoredWatchTime(list: "ours", domain: domain("d0.example"), kind: "lookups", next: Self.start)
        let first = try #require(cadence.next(after: time, at: Self.start)).next
        #expect(first > Self.start && first <= Self.start.addingTimeInterval(3600))
        let late = try #require(cadence.next(after: time, at: first.addingTimeInterval(120))).next
        #expect(abs(late.timeIntervalSince(first) - 3600) < 0.001)
    }

    @Test("what is not wanted any more has no next time")
    func gone() {
        var list = list(1)
        list.certificates = nil
        let cadence = Cadence(["ours": list])
        for (name, kind) in [("ours", "certificates"), ("theirs", "lookups"), ("ours", "tarot")] {
            let time = StoredWatchTime(list: name, domain: domain("d0.example"), kind: kind, next: Self.start)
            #expect(cadence.next(after: time, at: Self.start) == nil)
        }
        #expect(Set(cadence.beginning(at: Self.start).map(\.kind)) == ["lookups", "graded"])
    }
}
